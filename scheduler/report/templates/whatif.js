(function () {
  "use strict";
  var content = JSON.parse(document.getElementById("any-two").textContent);
  if (content.variants.length < 2) { return; }
  var box = document.getElementById("chooser");
  var picks = box.querySelectorAll("select");
  var heads = box.querySelectorAll("thead th");
  var count = box.querySelector("p.small");
  var body = box.querySelector("tbody");

  function cell(row, text, look) {
    var made = document.createElement("td");
    made.textContent = text;
    if (look) { made.className = look; }
    row.appendChild(made);
  }

  function show() {
    var one = content.variants[picks[0].value];
    var other = content.variants[picks[1].value];
    var rows = document.createDocumentFragment();
    var differ = 0;
    content.sessions.forEach(function (session, place) {
      var here = place in one.at ? one.at[place] : session[2];
      var there = place in other.at ? other.at[place] : session[2];
      if (here === there) { return; }
      var row = document.createElement("tr");
      cell(row, session[0], "when strong");
      cell(row, session[1]);
      cell(row, here, "when");
      cell(row, there, "when");
      rows.appendChild(row);
      differ += 1;
    });
    heads[2].textContent = one.name;
    heads[3].textContent = other.name;
    count.textContent = differ ? count.dataset.some.replace("{n}", differ) : count.dataset.none;
    body.replaceChildren(rows);
    body.parentNode.hidden = !differ;
  }

  picks.forEach(function (pick, which) {
    content.variants.forEach(function (variant, place) {
      pick.add(new Option(variant.name, place, false, place === which));
    });
    pick.addEventListener("change", show);
  });
  box.hidden = false;
  show();
})();
