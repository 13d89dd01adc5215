"""The kinds of layout that hospitals publish, one small week each, and the sessions that it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scheduler.clock import Week
from scheduler.tables.published.timetable import ReadOptions, read_published, to_scenario

WEEK = Week(2026, 48)
Rows = list[list[object]]


@dataclass(frozen=True)
class Layout:
    """Sheets by name, the half-days of each doctor, ranges merged on every sheet, and the clinics where they are told."""

    sheets: dict[str, Rows]
    sessions: dict[str, str]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    clinics: list[str] = field(default_factory=list)


LAYOUTS: dict[str, Layout] = {
    "times in words": Layout(
        {
            "专家": [
                ["某某医院专家门诊时间表"],
                ["序号", "科室", "专家姓名", "职称", "出诊时间", "诊室", "挂号费"],
                ["1", "骨科", "甲一", "主任医师", "周一上午、周三下午", "201", "80"],
                ["2", "骨科", "乙二", "副主任医师", "周二全天", "202", "60"],
                ["3", "眼科", "丙三", "主治医师", "每周四上午；周五下午", "", "50"],
                ["注：如有变动以当日公布为准"],
            ]
        },
        {"甲一": "mon-am wed-pm", "乙二": "tue-am tue-pm", "丙三": "thu-am fri-pm"},
        clinics=["骨科", "眼科"],
    ),
    "halves in the cells": Layout(
        {
            "Sheet1": [
                ["科室", "医生", "职称", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "甲一", "主任医师", "上午", "", "下午", "", ""],
                ["骨科", "乙二", "副主任医师", "", "全天", "", "", "上午"],
            ]
        },
        {"甲一": "mon-am wed-pm", "乙二": "tue-am tue-pm fri-am"},
    ),
    "halves and kinds in the cells": Layout(
        {
            "Sheet1": [
                ["科室", "姓名", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "甲一", "上午 专家门诊\n下午 特需门诊", "", "", "", ""],
                ["骨科", "乙二", "", "上午专家门诊", "", "", "下午普通门诊"],
            ]
        },
        {"甲一": "mon-am mon-pm", "乙二": "tue-am fri-pm"},
    ),
    "halves down without a heading": Layout(
        {
            "Sheet1": [
                ["科室", "", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "上午", "甲一", "乙二", "", "甲一", ""],
                ["", "下午", "", "甲一", "乙二", "", "乙二"],
                ["眼科", "上午", "丙三", "", "", "", ""],
                ["", "下午", "", "丙三", "", "", ""],
            ]
        },
        {"甲一": "mon-am tue-pm thu-am", "乙二": "tue-am wed-pm fri-pm", "丙三": "mon-am tue-pm"},
        clinics=["骨科", "眼科"],
    ),
    "a sheet a department": Layout(
        {
            "骨科": [
                ["骨科门诊出诊表"],
                ["医生", "职称", "周一", "周二", "周三", "周四", "周五"],
                ["甲一", "主任医师", "上午", "", "", "", ""],
                ["乙二", "", "", "下午", "", "", ""],
            ],
            "眼科": [
                ["眼科门诊出诊表"],
                ["医生", "职称", "周一", "周二", "周三", "周四", "周五"],
                ["丙三", "", "", "", "全天", "", ""],
            ],
        },
        {"甲一": "mon-am", "乙二": "tue-pm", "丙三": "wed-am wed-pm"},
        clinics=["骨科", "眼科"],
    ),
    "days as section rows": Layout(
        {
            "Sheet1": [
                ["门诊排班"],
                ["科室", "上午", "下午"],
                ["星期一"],
                ["骨科", "甲一", "乙二"],
                ["眼科", "丙三", ""],
                ["星期二"],
                ["骨科", "乙二", "甲一、丁四"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm tue-am", "丙三": "mon-am", "丁四": "tue-pm"},
    ),
    "days as section rows with headings repeated": Layout(
        {
            "Sheet1": [
                ["门诊排班", "", ""],
                ["星期一", "", ""],
                ["科室", "上午", "下午"],
                ["骨科", "甲一", "乙二"],
                ["眼科", "丙三", ""],
                ["星期二", "", ""],
                ["科室", "上午", "下午"],
                ["骨科", "乙二", "甲一、丁四"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm tue-am", "丙三": "mon-am", "丁四": "tue-pm"},
    ),
    "dates with their weekday": Layout(
        {
            "Sheet1": [
                ["出诊日期", "班次", "科室", "医生", "号源数"],
                ["2026-11-23 星期一", "上午班", "骨科", "甲一", "20"],
                ["2026-11-24 星期二", "下午班", "骨科", "乙二", "15"],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-pm"},
    ),
    "doctors of each half in a column": Layout(
        {
            "Sheet1": [
                ["日期", "科室", "上午医生", "下午医生"],
                ["11月23日", "骨科", "甲一", "乙二"],
                ["11月24日", "骨科", "乙二", "甲一"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm tue-am"},
    ),
    "title, dates below it, titles and stops about names": Layout(
        {
            "Sheet1": [
                ["某医院2026年第48周门诊排班表"],
                ["（2026年11月23日-11月29日）"],
                ["科室", "时间", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "上午", "甲一 主任医师", "停诊", "", "乙二（停诊）", ""],
                ["骨科", "下午", "", "甲一主任", "", "", "乙二 副主任医师"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "fri-pm"},
    ),
    "blanks that mean the row above": Layout(
        {
            "Sheet1": [
                ["科室", "医生", "星期", "时段"],
                ["骨科", "甲一", "周一", "上午"],
                ["", "", "周三", "下午"],
                ["", "乙二", "周二", "上午"],
                ["眼科", "丙三", "周二", "下午"],
            ]
        },
        {"甲一": "mon-am wed-pm", "乙二": "tue-am", "丙三": "tue-pm"},
    ),
    "odd and even weeks in a cell": Layout(
        {
            "Sheet1": [
                ["科室", "午别", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "上午", "甲一（双周）/乙二（单周）", "", "", "", ""],
                ["骨科", "下午", "", "甲一", "乙二", "", ""],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "wed-pm"},
    ),
    "English, crosses as ticks": Layout(
        {
            "Sheet1": [
                ["Doctor", "Department", "Mon AM", "Mon PM", "Tue AM", "Tue PM"],
                ["Zhao Yi", "Ortho", "x", "", "", "x"],
                ["Qian Er", "Eye", "", "X", "X", ""],
            ]
        },
        {"Zhao Yi": "mon-am tue-pm", "Qian Er": "mon-pm tue-am"},
    ),
    "ones and zeros": Layout(
        {
            "Sheet1": [
                ["科室", "医生", "周一上午", "周一下午", "周二上午"],
                ["骨科", "甲一", 1, 0, 1],
                ["骨科", "乙二", 0, 1, 0],
            ]
        },
        {"甲一": "mon-am tue-am", "乙二": "mon-pm"},
    ),
    "tickets in the cells": Layout(
        {
            "Sheet1": [
                ["科室", "医生", "周一上午", "周一下午", "周二上午"],
                ["骨科", "甲一", 15, "", 20],
                ["骨科", "乙二", "", 25, ""],
            ]
        },
        {"甲一": "mon-am tue-am", "乙二": "mon-pm"},
    ),
    "weekdays with dates over halves": Layout(
        {
            "Sheet1": [
                ["科室", "医生", "周一(11-23)", "", "周二(11-24)", ""],
                ["", "", "上午", "下午", "上午", "下午"],
                ["骨科", "甲一", "√", "", "", "√"],
                ["骨科", "乙二", "", "√", "√", ""],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm tue-am"},
        merged=[(0, 2, 0, 3), (0, 4, 0, 5), (0, 0, 1, 0), (0, 1, 1, 1)],
    ),
    "two lists side by side": Layout(
        {
            "Sheet1": [
                ["星期", "午别", "科室", "医生", "星期", "午别", "科室", "医生"],
                ["周一", "上午", "骨科", "甲一", "周三", "上午", "骨科", "乙二"],
                ["周二", "下午", "眼科", "丙三", "周四", "下午", "骨科", "甲一"],
            ]
        },
        {"甲一": "mon-am thu-pm", "乙二": "wed-am", "丙三": "tue-pm"},
    ),
    "tables below each other": Layout(
        {
            "Sheet1": [
                ["骨科门诊"],
                ["医生", "周一", "周二", "周三", "周四", "周五"],
                ["甲一", "上午", "", "", "", ""],
                ["乙二", "", "下午", "", "", ""],
                ["眼科门诊"],
                ["医生", "周一", "周二", "周三", "周四", "周五"],
                ["丙三", "", "", "全天", "", ""],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-pm", "丙三": "wed-am wed-pm"},
    ),
    "hours over the columns": Layout(
        {
            "Sheet1": [
                ["科室", "医生", "周一", "", "周二", ""],
                ["", "", "8:00-12:00", "13:30-17:00", "8:00-12:00", "13:30-17:00"],
                ["骨科", "甲一", "√", "", "", "√"],
            ]
        },
        {"甲一": "mon-am tue-pm"},
    ),
    "a sheet a weekday": Layout(
        {
            "周一": [["科室", "上午", "下午"], ["骨科", "甲一", "乙二"]],
            "周二": [["科室", "上午", "下午"], ["骨科", "乙二", "甲一"]],
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm tue-am"},
    ),
    "traditional characters": Layout(
        {
            "門診表": [
                ["科別", "診間", "星期一", "", "星期二", ""],
                ["", "", "上午診", "下午診", "上午診", "下午診"],
                ["骨科", "一診", "甲一(20)", "", "乙二", "甲一"],
                ["骨科", "二診", "乙二", "", "", ""],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-am tue-am"},
    ),
    "clinics and names in the cells": Layout(
        {
            "Sheet1": [
                ["", "周一", "周二", "周三", "周四", "周五"],
                ["上午", "骨科 甲一\n眼科 丙三", "骨科 乙二", "", "", ""],
                ["下午", "", "骨科 甲一", "", "", "眼科 丙三"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "tue-am", "丙三": "mon-am fri-pm"},
    ),
    "a room a row": Layout(
        {
            "Sheet1": [
                ["科室", "诊室", "时间", "周一", "周二", "周三", "周四", "周五", "周六"],
                ["内科", "1诊室", "上午", "甲一", "乙二", "甲一", "乙二", "甲一", "丙三"],
                ["内科", "1诊室", "下午", "乙二", "", "", "", "", ""],
            ]
        },
        {"甲一": "mon-am wed-am fri-am", "乙二": "tue-am thu-am mon-pm", "丙三": "sat-am"},
    ),
    "doctors and tickets under each half": Layout(
        {
            "Sheet1": [
                ["门诊", "日期", "上午", "", "下午", ""],
                ["", "", "医生", "限号", "医生", "限号"],
                ["骨科门诊", "2026-11-23", "甲一", 20, "乙二", 15],
                ["骨科门诊", "2026-11-24", "乙二", 20, "", ""],
            ]
        },
        {"甲一": "mon-am", "乙二": "mon-pm tue-am"},
        merged=[(0, 2, 0, 3), (0, 4, 0, 5)],
    ),
    "a sheet a campus": Layout(
        {
            "东院区": [
                ["科室", "医生", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "甲一", "上午", "", "", "", ""],
            ],
            "西院区": [
                ["科室", "医生", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "甲一", "", "下午", "", "", ""],
            ],
        },
        {"甲一": "mon-am tue-pm"},
    ),
    "clinics with their half in the cells": Layout(
        {
            "Sheet1": [
                ["姓名", "周一", "周二", "周三", "周四", "周五", "周六", "周日"],
                ["甲一", "骨科门诊（上午）", "", "", "", "", "", ""],
                ["乙二", "", "骨科门诊(下午)", "", "", "", "眼科门诊（全天）", ""],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-pm sat-am sat-pm"},
    ),
    "weekdays in the cells under halves": Layout(
        {
            "Sheet1": [
                ["科室", "医师", "上午", "下午"],
                ["骨科", "甲一", "周一、周三", "周五"],
                ["眼科", "丙三", "周二", "周二、四"],
            ]
        },
        {"甲一": "mon-am wed-am fri-pm", "丙三": "tue-am tue-pm thu-pm"},
    ),
    "short words for days and halves": Layout(
        {
            "Sheet1": [
                ["科室", "专家", "一", "二", "三", "四", "五"],
                ["骨科", "甲一", "上", "", "下", "", ""],
                ["眼科", "丙三", "", "全", "", "", ""],
            ]
        },
        {"甲一": "mon-am wed-pm", "丙三": "tue-am tue-pm"},
    ),
    "staff numbers beside names": Layout(
        {
            "s": [
                ["日期", "午别", "门诊", "医生"],
                ["2026-11-23", "上午", "骨科", "003505 甲一"],
                ["2026-11-24", "上午", "骨科", "甲一(003505)"],
                ["2026-11-24", "下午", "骨科", "003506 乙二"],
            ]
        },
        {"003505": "mon-am tue-am", "003506": "tue-pm"},
    ),
    "cells merged across days": Layout(
        {
            "s": [
                ["科室", "医生", "周一", "周二", "周三", "周四", "周五"],
                ["骨科", "甲一", "上午", "上午", "上午", "上午", "上午"],
                ["骨科", "乙二", "", "下午", "", "", ""],
            ]
        },
        {"甲一": "mon-am tue-am wed-am thu-am fri-am", "乙二": "tue-pm"},
        merged=[(1, 2, 1, 6)],
    ),
    "totals right and below": Layout(
        {
            "s": [
                ["科室", "医生", "周一上午", "周一下午", "周二上午", "合计"],
                ["骨科", "甲一", "√", "", "√", 2],
                ["骨科", "乙二", "", "√", "", 1],
                ["合计", "", "1", "1", "1", 3],
            ]
        },
        {"甲一": "mon-am tue-am", "乙二": "mon-pm"},
    ),
    "kinds as section rows": Layout(
        {
            "s": [
                ["科室", "医生", "周一", "周二", "周三", "周四", "周五"],
                ["专家门诊", "", "", "", "", "", ""],
                ["骨科", "甲一", "上午", "", "", "", ""],
                ["普通门诊", "", "", "", "", "", ""],
                ["骨科", "乙二", "", "下午", "", "", ""],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-pm"},
    ),
    "the department in a title": Layout(
        {
            "s": [
                ["科室：骨科"],
                ["医生", "职称", "周一", "周二", "周三", "周四", "周五"],
                ["甲一", "主任医师", "上午", "", "", "", ""],
            ]
        },
        {"甲一": "mon-am"},
        clinics=["骨科"],
    ),
    "two rows a doctor": Layout(
        {
            "s": [
                ["医生", "午别", "周一", "周二", "周三", "周四", "周五"],
                ["甲一", "上午", "骨科", "", "", "", "骨科"],
                ["甲一", "下午", "", "骨科", "", "", ""],
                ["乙二", "上午", "", "眼科", "", "", ""],
                ["乙二", "下午", "", "", "", "", ""],
            ]
        },
        {"甲一": "mon-am fri-am tue-pm", "乙二": "tue-am"},
        merged=[(1, 0, 2, 0), (3, 0, 4, 0)],
    ),
    "dates and ranges in words": Layout(
        {
            "s": [
                ["姓名", "科室", "职称", "时间", "地点"],
                ["甲一", "骨科", "主任医师", "11月23日上午、11月25日下午", "门诊楼2层"],
                ["乙二", "骨科", "副主任医师", "周一至周二上午，周五全天", "门诊楼2层"],
            ]
        },
        {"甲一": "mon-am wed-pm", "乙二": "mon-am tue-am fri-am fri-pm"},
    ),
    "halves as section rows, rooms beside doctors": Layout(
        {
            "s": [
                ["专业", "星期一", "", "星期二", ""],
                ["", "医生", "诊室", "医生", "诊室"],
                ["上午", "", "", "", ""],
                ["骨科", "甲一", "201", "乙二", "202"],
                ["下午", "", "", "", ""],
                ["骨科", "乙二", "201", "甲一", "202"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "tue-am mon-pm"},
        merged=[(0, 1, 0, 2), (0, 3, 0, 4)],
    ),
    "tickets left and in all": Layout(
        {
            "s": [
                ["日期", "时段", "科室", "医生", "出诊类型", "剩余号", "总号"],
                ["2026/11/23", "上午", "骨科", "甲一", "专家", "3", "20"],
                ["2026/11/23", "下午", "骨科", "乙二", "普通", "0", "30"],
            ]
        },
        {"甲一": "mon-am", "乙二": "mon-pm"},
    ),
    "doctors without a heading": Layout(
        {"s": [["", "星期一", "星期二", "星期三"], ["甲一", "上午", "", "下午"], ["乙二", "", "上午", ""]]},
        {"甲一": "mon-am wed-pm", "乙二": "tue-am"},
    ),
    "only halves down": Layout(
        {
            "骨科": [
                ["", "星期一", "星期二", "星期三"],
                ["上午", "甲一", "乙二", ""],
                ["下午", "乙二", "", "甲一"],
            ]
        },
        {"甲一": "mon-am wed-pm", "乙二": "tue-am mon-pm"},
        clinics=["骨科"],
    ),
    "days down, clinics across": Layout(
        {
            "s": [
                ["科室", "骨科", "眼科"],
                ["周一上午", "甲一", "丙三"],
                ["周一下午", "乙二", ""],
                ["周二上午", "甲一、乙二", "丙三"],
            ]
        },
        {"甲一": "mon-am tue-am", "乙二": "mon-pm tue-am", "丙三": "mon-am tue-am"},
        clinics=["骨科", "眼科"],
    ),
    "clinics over halves across": Layout(
        {
            "s": [
                ["日期", "星期", "骨科", "", "眼科", ""],
                ["", "", "上午", "下午", "上午", "下午"],
                ["11-23", "一", "甲一", "乙二", "丙三", ""],
                ["11-24", "二", "乙二", "", "", "丙三"],
            ]
        },
        {"甲一": "mon-am", "乙二": "mon-pm tue-am", "丙三": "mon-am tue-pm"},
        merged=[(0, 2, 0, 3), (0, 4, 0, 5)],
        clinics=["骨科", "眼科"],
    ),
    "halves down beside ticks": Layout(
        {
            "s": [
                ["科室", "医生", "午别", "一", "二", "三", "四", "五", "六", "日"],
                ["骨科", "甲一", "上午", "√", "", "√", "", "", "", ""],
                ["", "", "下午", "", "√", "", "", "", "", ""],
                ["骨科", "乙二", "上午", "", "√", "", "", "", "", ""],
            ]
        },
        {"甲一": "mon-am wed-am tue-pm", "乙二": "tue-am"},
    ),
    "short pairs of halves": Layout(
        {
            "s": [
                ["出诊医生", "出诊科室", "周一", "周二"],
                ["甲一", "骨科", "上午/下午", "AM"],
                ["乙二", "骨科", "上、下", ""],
            ]
        },
        {"甲一": "tue-am", "乙二": "mon-am mon-pm"},
    ),
    "covered and covering": Layout(
        {
            "s": [
                ["医院", "科室", "医生", "日期", "班次", "状态"],
                ["本部", "骨科", "甲一", "2026.11.23", "上午", "出诊"],
                ["本部", "骨科", "甲一", "2026.11.24", "上午", "停诊"],
                ["本部", "骨科", "乙二", "2026.11.24", "上午", "替诊"],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-am"},
    ),
    "other words for headings": Layout(
        {
            "s": [
                ["门诊", "医师", "看诊日", "节次"],
                ["骨科", "甲一", "一", "早"],
                ["骨科", "乙二", "二", "晚"],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-eve"},
    ),
    "English grid": Layout(
        {
            "s": [
                ["Clinic", "Mon", "", "Tue", ""],
                ["", "AM", "PM", "AM", "PM"],
                ["Orthopaedics", "Dr Zhao", "Dr Qian", "", "Dr Zhao"],
            ]
        },
        {"Dr Zhao": "mon-am tue-pm", "Dr Qian": "mon-pm"},
        merged=[(0, 1, 0, 2), (0, 3, 0, 4)],
    ),
    "day first in dates": Layout(
        {
            "s": [
                ["Date", "Session", "Department", "Doctor"],
                ["23/11/2026", "Morning", "Ortho", "Zhao"],
                ["24/11/2026", "Afternoon", "Ortho", "Qian"],
            ]
        },
        {"Zhao": "mon-am", "Qian": "tue-pm"},
    ),
    "halves of one character under the weekdays": Layout(
        {
            "Sheet1": [
                ["科室", "姓名", "周一", "", "周二", ""],
                ["", "", "上", "下", "上", "下"],
                ["骨科", "甲一", "√", "", "", "√"],
                ["骨科", "乙二", "", "√", "√", ""],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm tue-am"},
        merged=[(0, 2, 0, 3), (0, 4, 0, 5)],
    ),
    "names with titles and marks in every cell": Layout(
        {
            "骨科": [
                ["骨科门诊安排", "", "", ""],
                ["日期", "星期", "上午", "下午"],
                ["11月23日", "周一", "甲一 主任医师", "乙二"],
                ["11月24日", "周二", "乙二医生", "甲一 主任医师"],
                ["11月25日", "周三", "甲一 主任医师", "丙三（停诊）"],
            ]
        },
        {"甲一": "mon-am tue-pm wed-am", "乙二": "mon-pm tue-am"},
        merged=[(0, 0, 0, 3)],
        clinics=["骨科"],
    ),
    "clinics under the heading of rooms": Layout(
        {
            "Sheet1": [
                ["诊室", "时间", "周一", "周二"],
                ["内科普通门诊", "上午", "甲一", "乙二"],
                ["内科专家门诊", "上午", "丙三", "丙三"],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-am", "丙三": "mon-am tue-am"},
        clinics=["内科专家门诊", "内科普通门诊"],
    ),
    "a kind alone in the cells of a sheet called 排班": Layout(
        {"排班": [["姓名", "周一上午", "周一下午"], ["甲一", "特需门诊", ""], ["乙二", "", "疼痛门诊"]]},
        {"甲一": "mon-am", "乙二": "mon-pm"},
        clinics=["特需门诊", "疼痛门诊"],
    ),
    "marks beside the times": Layout(
        {
            "专家": [
                ["专家", "科室", "出诊时间"],
                ["甲一", "骨科", "每周一下午（特需）、周二上午"],
                ["乙二", "骨科", "周三上午（停诊）；周一、周四下午（专家）"],
            ]
        },
        {"甲一": "mon-pm tue-am", "乙二": "mon-pm thu-pm"},
        clinics=["骨科", "骨科（专家）", "骨科（特需）"],
    ),
    "a mark beside a time that is not understood": Layout(
        {"专家": [["专家", "科室", "出诊时间"], ["甲一", "骨科", "周一下午（仅限复诊）、周二上午（特需）"]]},
        {"甲一": "mon-pm tue-am"},
        clinics=["骨科", "骨科（特需）"],
    ),
    "a list that repeats its headings, one of them unknown": Layout(
        {
            "导出": [
                ["导出时间：2026/11/20 16:22", "", "操作员：admin"],
                ["颜色", "医师", "院区", "一级科室", "二级科室", "日期", "时段", "号源（网络+现场）"],
                ["红", "甲一", "本部", "外科", "普外科门诊", "2026/11/23", "上午", "20+5"],
                ["红", "乙二", "本部", "内科", "肾内科门诊", "2026/11/23", "下午", "20+5"],
                ["颜色", "医师", "院区", "一级科室", "二级科室", "日期", "时段", "号源（网络+现场）"],
                ["红", "甲一", "东区", "外科", "普外科门诊", "2026/11/24", "下午", "20+5"],
                ["红", "乙二", "本部", "内科", "肾内科门诊", "", "", "15+5"],
                ["红", "乙二", "本部", "内科", "肾内科门诊", "2026/11/25", "上午", "15+5"],
                ["总计", "", "", "", "", "", "", "95"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm tue-pm wed-am"},
    ),
    "a column of stops under a heading that is not known": Layout(
        {
            "s": [
                ["科室", "医生", "日期", "午别", "调整"],
                ["骨科", "甲一", "2026-11-23", "上午", ""],
                ["骨科", "甲一", "2026-11-24", "上午", "停诊"],
                ["骨科", "乙二", "2026-11-24", "上午", ""],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-am"},
    ),
    "clinics in the column of kinds": Layout(
        {
            "s": [
                ["科室", "门诊类别", "时间", "周一", "周二"],
                ["内科", "专家门诊", "上午", "甲一", "乙二"],
                ["内科", "高血压门诊", "上午", "丙三", ""],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-am", "丙三": "mon-am"},
        clinics=["内科", "高血压门诊"],
    ),
    "levels and kinds in one column": Layout(
        {
            "s": [
                ["科室", "专家", "日期", "午别", "挂号级别", "剩余/总号"],
                ["骨科", "甲一", "2026-11-23", "上午", "主任医师（特需）", "3/20"],
                ["骨科", "乙二", "2026-11-23", "上午", "副主任医师", "0/25"],
                ["骨科", "丙三", "2026-11-23", "上午", "普通号", "5/40"],
            ]
        },
        {"甲一": "mon-am", "乙二": "mon-am", "丙三": "mon-am"},
        clinics=["骨科", "骨科（特需）"],
    ),
    "a doctor a column under a title, and notes in the last": Layout(
        {
            "皮肤科": [
                ["皮肤科 11月23日-11月29日 门诊排班", "", "", "", ""],
                ["日期", "星期", "丁香", "范思远", "备注"],
                ["2026-11-23", "周一", "上午", "下午", ""],
                ["2026-11-24", "周二", "", "全天", ""],
                ["2026-11-25", "周三", "停诊", "休", "范思远休假"],
            ]
        },
        {"丁香": "mon-am", "范思远": "mon-pm tue-am tue-pm"},
        merged=[(0, 0, 0, 4)],
        clinics=["皮肤科"],
    ),
    "sections that say where the department is": Layout(
        {
            "专家门诊表": [
                ["某院专家门诊安排表", "", "", ""],
                ["心内科（门诊二楼）", "", "", ""],
                ["诊室", "午别", "周一", "周二"],
                ["1诊室", "上午", "甲一 主任", "乙二"],
                ["肾内科（门诊三楼）", "", "", ""],
                ["诊室", "午别", "周一", "周二"],
                ["5诊室", "下午", "丙三", "丙三（周二停诊）"],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-am", "丙三": "mon-pm"},
        merged=[(0, 0, 0, 3), (1, 0, 1, 3), (4, 0, 4, 3)],
        clinics=["心内科", "肾内科"],
    ),
    "sentences of times and places": Layout(
        {
            "s": [
                ["2026年11月特需门诊专家一览"],
                ["姓名", "所在科室", "职称/职务", "擅长", "出诊时间及地点"],
                ["甲一", "普外科", "主任医师、教授", "肝胆", "周一上午、周四上午 三诊室"],
                ["乙二", "骨科", "主任医师", "脊柱", "单周周一下午，双周周五下午"],
                ["丙三", "眼科", "主任医师 院长", "白内障", "周四下午（节假日除外）"],
                ["丁四", "神经内科", "副主任医师", "头痛", "周二14:00-17:00，周四8:00-12:00"],
                ["戊五", "眼科", "主任医师", "眼底病", "暂停门诊"],
            ]
        },
        {"甲一": "mon-am thu-am", "乙二": "fri-pm", "丙三": "thu-pm", "丁四": "tue-pm thu-am"},
    ),
    "stops in a column of doctors under each weekday": Layout(
        {
            "s": [
                ["科室", "午别", "周一", "", "周二", ""],
                ["", "", "医师", "限号", "医师", "限号"],
                ["内科", "上午", "甲一", "20", "停诊", ""],
                ["内科", "下午", "", "", "乙二", "25"],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-pm"},
        merged=[(0, 2, 0, 3), (0, 4, 0, 5)],
    ),
    "headings of a hospital's export": Layout(
        {
            "s": [
                [
                    "DeptName",
                    "DoctorName",
                    "DoctorCode",
                    "VisitDate",
                    "TimeInterval",
                    "RegLevel",
                    "RegFee",
                    "TotalNum",
                ],
                ["妇科", "甲一", "d01", "20261123", "AM", "专家号", "50.00", "20"],
                ["妇科", "乙二", "d02", "20261124", "PM", "普通号", "10.00", "40"],
            ]
        },
        {"d01": "mon-am", "d02": "tue-pm"},
        clinics=["妇科", "妇科（专家）"],
    ),
    "halves before several names in a cell": Layout(
        {
            "s": [
                ["科室", "星期一", "星期二"],
                ["中医科", "上午：甲一、乙二\n下午：停诊", "上午：乙二\n下午：甲一（主任医师）"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-am tue-am"},
    ),
    "the mornings beside the afternoons, each with its departments": Layout(
        {
            "s": [
                ["门诊一楼专家出诊表", "", "", "", "", ""],
                ["上午", "", "", "下午", "", ""],
                ["科室", "周一", "周二", "科室", "周一", "周二"],
                ["骨科", "甲一", "乙二", "骨科", "乙二", ""],
                ["眼科", "丙三", "", "眼科", "", "丙三"],
            ]
        },
        {"甲一": "mon-am", "乙二": "tue-am mon-pm", "丙三": "mon-am tue-pm"},
        merged=[(0, 0, 0, 5), (1, 0, 1, 2), (1, 3, 1, 5)],
        clinics=["眼科", "骨科"],
    ),
    "a roster of all duties": Layout(
        {
            "s": [
                ["消化内科11月第4周排班表"],
                ["姓名", "职称", "周一", "", "周二", ""],
                ["", "", "上午", "下午", "上午", "下午"],
                ["甲一", "主任医师", "门诊", "病房", "手术", "病房/门诊"],
                ["乙二", "副主任医师", "值班", "门诊", "年假", "off"],
            ]
        },
        {"甲一": "mon-am tue-pm", "乙二": "mon-pm"},
        merged=[(0, 0, 0, 5), (1, 2, 1, 3), (1, 4, 1, 5)],
        clinics=["消化内科"],
    ),
    "two names and two staff numbers in a row": Layout(
        {
            "s": [
                ["工号", "医生", "科室", "日期", "午别"],
                ["006010、006011", "甲一、乙二", "内科", "2026-11-23", "下午"],
                ["006010", "甲一", "内科", "2026-11-24", "上午"],
            ]
        },
        {"006010": "mon-pm tue-am", "006011": "mon-pm"},
    ),
}


def saved(layout: Layout, path: Path) -> Path:
    from xlsxwriter import Workbook

    with Workbook(path) as book:
        for name, rows in layout.sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell != "":
                        sheet.write(number, column, cell)
            for first, left, last, right in layout.merged:
                sheet.merge_range(first, left, last, right, rows[first][left])
    return path


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_kind_of_layout_gives_its_sessions(tmp_path: Path, name: str) -> None:
    layout = LAYOUTS[name]
    path = saved(layout, tmp_path / "week.xlsx")
    scenario = to_scenario(read_published(path, ReadOptions(week=WEEK)), week=WEEK).scenario
    running = {(session.doctor, session.cell.key) for session in scenario.standing if not session.stopped}
    assert running == {(doctor, at) for doctor, times in layout.sessions.items() for at in times.split()}
    assert not layout.clinics or sorted(clinic.clinic for clinic in scenario.clinics) == sorted(
        layout.clinics
    )


def test_kinds_as_section_rows_are_those_of_the_clinics_below(tmp_path: Path) -> None:
    path = saved(LAYOUTS["kinds as section rows"], tmp_path / "week.xlsx")
    scenario = to_scenario(read_published(path, ReadOptions(week=WEEK)), week=WEEK).scenario
    assert {clinic.clinic: clinic.kind for clinic in scenario.clinics} == {
        "骨科": "ordinary",
        "骨科（专家）": "expert",
    }
