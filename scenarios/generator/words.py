"""Names for generated hospitals: usual specialties, plain campuses, made-up doctors and partners."""

from __future__ import annotations

from random import Random

SPECIALTIES = (
    *("眼科", "骨科", "心内科", "消化科", "呼吸科", "神经内科", "儿科", "妇科"),
    *("产科", "皮肤科", "口腔科", "耳鼻喉科", "泌尿外科", "普通外科", "胸外科", "心外科"),
    *("神经外科", "内分泌科", "肾内科", "血液科", "风湿免疫科", "感染科", "肿瘤科", "中医科"),
    *("康复科", "疼痛科", "老年科", "精神科", "心理科", "营养科", "药学部", "麻醉科"),
    *("乳腺外科", "血管外科", "肝胆外科", "胃肠外科", "甲状腺外科", "整形外科", "烧伤科", "手外科"),
    *("脊柱外科", "关节外科", "运动医学科", "足踝外科", "创伤骨科", "生殖科", "新生儿科", "小儿外科"),
    *("变态反应科", "睡眠科", "介入科", "放疗科", "核医学科", "职业病科", "全科", "针灸科"),
    *("推拿科", "肛肠科", "男科", "高血压科", "糖尿病科", "过敏科", "遗传科", "体检科"),
)
"""64 specialties, in the order in which smaller hospitals take them."""

CAMPUSES = ("本部", "北院区", "南院区", "东院区", "西院区", "新院区")
"""Campuses, the main one first."""

PARTNERS = ("城东医院", "城西医院", "城南医院", "城北医院", "河东医院", "河西医院", "山前医院", "山后医院")
"""Consortium partners; none is a real hospital."""

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
_GIVEN = "安白辰初朵帆谷禾霁锦可朗眠宁沛晴若山棠望希晓言一远云知舟竹卓"


def made_up_name(rng: Random) -> str:
    """Return a doctor's name that nobody chose: a common surname and two drawn characters."""
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN) + rng.choice(_GIVEN)
