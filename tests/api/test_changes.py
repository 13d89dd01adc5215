"""Other systems hear what happens: a feed in pages, a stream, and signed calls that are made until they are accepted."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from api.store.webhooks import add_webhook
from api.web.errors import Refusal
from api.webhook_hosts import may_call, may_reach
from api.webhooks import deliver_due
from tests.api.conftest import BEFORE, Here, Planned
from tests.api.test_calendars import publish


@pytest.fixture
def public(planned: Planned, start: Any) -> Planned:
    """The roster published, in a service that may call this machine."""
    here = start(webhook_hosts="127.0.0.1")
    here.service.clock = lambda: BEFORE
    publish(here, planned.roster)
    return Planned(here, planned.roster)


def claim(public: Planned, partner: str = "甲院", referral: str = "R-1") -> str:
    slots = public.here.ask("GET", "partner/slots", role="partner", partner=partner).json
    assert slots is not None
    slot = str(slots["entries"][0]["slot"])
    body = {"slot": slot, "referral": referral}
    done = public.here.ask("POST", "partner/claims", role="partner", partner=partner, json=body)
    assert done.status_code == 201
    return slot


def feed(here: Here, after: int = 0, path: str = "changes", **who: str) -> dict[str, Any]:
    answer = here.ask("GET", path, query_string={"after": after}, **who)
    assert answer.status_code == 200
    return answer.get_json()


def test_the_feed_tells_of_publications_claims_and_what_a_new_version_changes(public: Planned) -> None:
    slot = claim(public)
    rows = public.ask("GET", "/sessions?doctor=D001").json
    assert rows is not None
    session = next(row["session"] for row in rows["rows"] if row["date"])
    edits = {"edits": [{"op": "drop", "session": session}], "reason": "so"}
    assert public.ask("POST", "/edits", json=edits, headers={"If-Match": '"v1"'}).status_code == 201
    publish(public.here, public.roster, 2)
    told = feed(public.here)["entries"]
    assert [one["event"] for one in told][:3] == ["published", "claimed", "published"]
    assert told[1]["data"]["slot"] == slot
    changed = told[2]["data"]["sessions"]
    assert [(one["session"], one["change"], one["doctor"]) for one in changed] == [
        (session, "stopped", "D001")
    ]


def test_a_reader_goes_on_where_it_was_and_hears_nothing_twice(public: Planned) -> None:
    first = feed(public.here)
    assert feed(public.here, first["next"])["entries"] == []
    claim(public)
    later = feed(public.here, first["next"])
    assert [one["event"] for one in later["entries"]] == ["claimed"]
    assert later["next"] > first["next"]


def test_a_stream_brings_what_is_there_and_goes_on_after_the_last_event(public: Planned) -> None:
    claim(public)
    known = feed(public.here)["entries"][0]["id"]
    answer = public.here.ask(
        "GET", "changes", headers={"Accept": "text/event-stream", "Last-Event-ID": str(known)}, buffered=False
    )
    chunks = iter(answer.response)
    assert next(chunks) == b"retry: 2000\n\n"
    assert b"event: claimed" in next(chunks)
    answer.close()


def test_a_key_has_a_quarter_of_the_streams_at_most(start: Any) -> None:
    streams = start(event_streams="8", threads="32").service.streams
    for key in ("a", "a", "b"):
        streams.open(key)
    with pytest.raises(Refusal, match="too-many-requests"):
        streams.open("a")
    streams.close("a")
    streams.open("a")


def test_a_key_that_has_its_share_of_streams_is_answered_429_and_one_that_finds_none_503(start: Any) -> None:
    here = start(event_streams="4", threads="32")
    accept = {"Accept": "text/event-stream"}
    roles = ("viewer", "planner", "approver", "admin")
    opened = [here.ask("GET", "changes", role=role, headers=accept, buffered=False) for role in roles]
    assert [one.status_code for one in opened] == [200] * 4
    more = here.ask("GET", "changes", role="viewer", headers=accept)
    assert (more.status_code, more.headers["Retry-After"]) == (429, "5")
    other = here.ask("GET", "partner/changes", role="partner", partner="甲院", headers=accept)
    assert (other.status_code, other.headers["Retry-After"]) == (503, "5")
    for one in opened:
        one.close()
    again = here.ask("GET", "changes", role="viewer", headers=accept, buffered=False)
    assert again.status_code == 200
    again.close()


def test_a_partner_hears_of_its_own_claims_only(public: Planned) -> None:
    claim(public, "甲院", "R-1")
    claim(public, "乙院", "R-2")
    own = feed(public.here, path="partner/changes", role="partner", partner="甲院")["entries"]
    assert [one["event"] for one in own] == ["claimed"]
    assert "乙院" not in str(own)
    assert public.here.ask("GET", "changes", role="partner", partner="甲院").status_code == 403


class Receiver:
    """A server that keeps what it is sent, and answers with `status`."""

    def __init__(self) -> None:
        self.status, self.sent = 200, []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.sent.append((dict(self.headers), body))
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self) -> list[str]:
        return [one["event"] for _, body in self.sent for one in json.loads(body)["entries"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def deliver(public: Planned, now: dt.datetime = BEFORE) -> int:
    here = public.here.service
    return deliver_due(here.store, here.changes, here.settings.webhook_hosts, now)


def hook(public: Planned, receiver: Receiver, **more: Any) -> dict[str, Any]:
    body = {"address": f"http://127.0.0.1:{receiver.port}/hook", **more}
    made = public.here.ask("POST", "webhooks", role="admin", json=body)
    assert made.status_code == 201
    return made.get_json()


def test_a_webhook_is_told_what_happens_after_it_was_made_in_signed_calls(
    public: Planned, receiver: Receiver
) -> None:
    made = hook(public, receiver)
    assert deliver(public) == 0
    claim(public)
    assert deliver(public) == 1
    assert receiver.events() == ["claimed"]
    headers, body = receiver.sent[0]
    at, mac = (part.partition("=")[2] for part in headers["Menzhen-Signature"].split(","))
    assert mac == hmac.new(made["secret"].encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert deliver(public) == 0


def test_a_call_that_is_not_accepted_is_made_again_with_growing_pauses(
    public: Planned, receiver: Receiver
) -> None:
    hook(public, receiver, after=0)
    receiver.status = 503
    now, pauses = BEFORE, []
    for _ in range(4):
        assert deliver(public, now) == 0
        assert deliver(public, now) == 0, "not before its time"
        (entry,) = public.here.ask("GET", "webhooks", role="admin").get_json()["entries"]
        following = dt.datetime.fromisoformat(entry["next_try_at"])
        pauses.append((following - now).total_seconds())
        now = following
    assert pauses == [5, 10, 20, 40]
    assert (len(receiver.sent), entry["tries"], entry["status"]) == (4, 4, "503")
    receiver.status = 204
    assert deliver(public, now) == 1
    assert receiver.sent[-1][1] == receiver.sent[0][1]
    assert deliver(public, now) == 0


def test_a_redirect_is_not_followed_and_an_address_that_is_gone_harms_nobody(
    public: Planned, receiver: Receiver
) -> None:
    hook(public, receiver, after=0)
    receiver.status = 302
    assert deliver(public) == 0
    assert len(receiver.sent) == 1
    receiver.server.shutdown()
    receiver.server.server_close()
    assert deliver(public, BEFORE + dt.timedelta(hours=1)) == 0


def test_a_webhook_is_listed_without_its_secret_and_removed(public: Planned, receiver: Receiver) -> None:
    made = hook(public, receiver, after=0)
    assert made["secret"] not in public.here.ask("GET", "webhooks", role="admin").get_data(as_text=True)
    assert public.here.ask("DELETE", f"webhooks/{made['id']}", role="admin").status_code == 204
    assert public.here.ask("DELETE", f"webhooks/{made['id']}", role="admin").status_code == 404
    assert deliver(public) == 0
    assert public.here.ask("POST", "webhooks", json={"address": "http://127.0.0.1/"}).status_code == 403


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://his.example/hook", True),
        ("http://10.1.2.3:8080/", True),
        ("https://HIS.example/hook", True),
        ("https://his.example.evil.test/", False),
        ("http://10.1.169-254-169-254.evil.test/", False),
        ("http://10.1/", False),
        ("https://user:pass@his.example/", False),
        ("ftp://his.example/", False),
        ("http://127.0.0.1/", False),
        ("http://[::1", False),
        ("https://his.example:99999/", False),
        ("his.example", False),
    ],
)
def test_only_hosts_that_were_named_are_called(address: str, may: bool) -> None:
    assert may_call(address, ("his.example", "10.1.*")) is may


@pytest.mark.parametrize(
    ("peer", "hosts", "may"),
    [
        ("10.1.2.3", "his.example", True),
        ("192.0.2.7", "his.example", True),
        ("127.0.0.1", "his.example", False),
        ("127.0.0.1", "*", False),
        ("127.0.0.1", "localhost", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.*", True),
        ("::1", "his.example", False),
        ("::1", "::1", True),
        ("::ffff:127.0.0.1", "his.example", False),
        ("0.0.0.0", "his.example", False),
        ("169.254.169.254", "his.example", False),
        ("fe80::1%eth0", "his.example", False),
        ("100.100.100.200", "his.example", False),
        ("fd00:ec2::254", "his.example", False),
    ],
)
def test_a_name_leads_to_this_machine_or_to_metadata_only_where_the_address_was_named(
    peer: str, hosts: str, may: bool
) -> None:
    assert may_reach(peer, (hosts,)) is may


def test_a_name_that_leads_to_this_machine_is_not_called(public: Planned, receiver: Receiver) -> None:
    here, address = public.here.service, f"http://localhost:{receiver.port}/hook"
    here.store.write(lambda c: add_webhook(c, address, 0, "office", BEFORE))
    assert deliver_due(here.store, here.changes, ("localhost",), BEFORE) == 0
    (entry,) = public.here.ask("GET", "webhooks", role="admin").get_json()["entries"]
    assert (entry["status"], receiver.sent) == ("the host is not allowed", [])


def test_an_answer_that_comes_byte_by_byte_is_cut_off(
    public: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.webhooks._TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        cut = threading.Event()

        def trickle() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                while not cut.wait(0.05):
                    connection.sendall(b"H")
            cut.set()

        trickling = threading.Thread(target=trickle, daemon=True)
        trickling.start()
        body = {"address": f"http://127.0.0.1:{server.getsockname()[1]}/", "after": 0}
        assert public.here.ask("POST", "webhooks", role="admin", json=body).status_code == 201
        delivery = threading.Thread(target=deliver, args=(public,))
        delivery.start()
        delivery.join(15)
        assert not delivery.is_alive()
        cut.set()
    (entry,) = public.here.ask("GET", "webhooks", role="admin").get_json()["entries"]
    assert entry["status"] == "TimeoutError"


def test_a_number_that_no_database_holds_is_refused(public: Planned) -> None:
    body = {"address": "http://127.0.0.1/", "after": 2**31}
    assert public.here.ask("POST", "webhooks", role="admin", json=body).status_code == 422


def test_an_address_at_another_host_is_refused(public: Planned) -> None:
    refused = public.here.ask("POST", "webhooks", role="admin", json={"address": "http://169.254.169.254/"})
    assert refused.status_code == 422
