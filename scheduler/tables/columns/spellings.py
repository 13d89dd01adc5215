"""Texts as they are compared: width, case, blanks and traditional characters make no difference."""

from __future__ import annotations

import unicodedata


def simplified(text: str) -> str:
    """Return `text` with full-width forms made plain, traditional characters of our words simplified, in lower case."""
    return unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold()


def folded(text: str) -> str:
    """Return `text` as it is compared: simplified, and without blanks."""
    return "".join(simplified(text).split())


_TRADITIONAL = (
    "門診醫師別時間區級職稱號類費狀態專業預約單雙週禮開樓處備註員編點數額總滿東婦產兒內腫復關節國際學聯會藥簡請無對錯掛講進務診療約務樣隊傳統觸龍電話號碼頭頸風濕經絡腎臟腦膚陽陰減與輪誼"
    "賓鋒麗張劉陳楊趙吳許鄧馮韓葉蔣餘錢嚴華"
)
_SIMPLIFIED = (
    "门诊医师别时间区级职称号类费状态专业预约单双周礼开楼处备注员编点数额总满东妇产儿内肿复关节国际学联会药简请无对错挂讲进务诊疗约务样队传统触龙电话号码头颈风湿经络肾脏脑肤阳阴减与轮谊"
    "宾锋丽张刘陈杨赵吴许邓冯韩叶蒋余钱严华"
)
_PLAIN: dict[int, int | None] = {
    **{ord(old): ord(new) for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060")),
}
