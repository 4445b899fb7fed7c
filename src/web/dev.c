/* dev.c: /dev/components, the style guide. Invented data for every part; a POST shows the form with its errors.
 * Exists only under serve --demo. */
#include "web/chart.h"
#include "web/field.h"
#include "web/qr.h"
#include "web/web.h"

static struct str say(struct http_request *rq, struct str zh, struct str en) {
    return rq->language == LANGUAGE_ZH ? zh : en; /* invented data, not sentences of the program */
}

static void add_services(struct page *p) {
    static const struct {
        const char *icon, *zh, *en, *note_zh, *note_en, *tag_zh, *tag_en, *color;
    } rows[] = {
        {"box", "失物招领", "Lost and found", "捡到东西交到社区，失主凭特征来领。", "Hand in what you found; the owner gets it back by describing it.", "12 件待领", "12 waiting", "green"},
        {"sun", "公园浇灌", "Watering the parks", "天旱时认领一片树，隔天来浇。", "Adopt a row of trees and water it every other day.", "橙色预警", "Orange warning", "amber"},
        {"book", "社区书架", "Book shelf", "借一本，放一本，邻里共用。", "Take a book, leave a book.", "报名中", "Sign-up open", "blue"},
    };
    struct data *list = data_list(p->data, "services");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct data *o = data_item(list);
        data_text(o, "icon", str_from(rows[i].icon));
        data_text(o, "href", STR("/dev/components"));
        data_text(o, "name", say(p->rq, str_from(rows[i].zh), str_from(rows[i].en)));
        data_text(o, "note", say(p->rq, str_from(rows[i].note_zh), str_from(rows[i].note_en)));
        data_text(o, "tag", say(p->rq, str_from(rows[i].tag_zh), str_from(rows[i].tag_en)));
        data_text(o, "color", str_from(rows[i].color));
        data_text(o, "figure", say(p->rq, STR("今年已办结 128 件"), STR("128 done this year")));
    }
}

static void add_wishes(struct page *p) {
    struct data *list = data_list(p->data, "wishes"), *tabs = data_list(p->data, "tabs");
    for (int i = 0; i < 4; i++) {
        struct data *o = data_item(list);
        data_text(o, "href", STR("/dev/components"));
        data_text(o, "tag", i % 3 ? say(p->rq, STR("待领办"), STR("Open")) : say(p->rq, STR("部分已领"), STR("Partly claimed")));
        data_text(o, "color", i % 3 ? STR("green") : STR("blue"));
        data_text(o, "title", i % 2 ? say(p->rq, STR("一台收音机，听听戏"), STR("A radio, to listen to opera"))
                                    : say(p->rq, STR("大米 10 公斤、豆油一桶"), STR("10 kg of rice and a can of oil")));
        data_text(o, "who", say(p->rq, STR("张** · 70 多岁 · 南湖社区"), STR("Zhang** · 70s · Nanhu community")));
        data_number(o, "done", i);
        data_number(o, "all", 4);
        data_text(o, "progress", say(p->rq, STR("物品领办进度"), STR("Items claimed")));
        data_text(o, "left", arena_printf(p->rq->arena, "%d / 4", i));
        data_text(o, "due", say(p->rq, STR("希望 11 月 30 日前送到"), STR("Hoped for by 30 November")));
    }
    static const char *const names[][2] = {{"全部", "All"}, {"待领办", "Open"}, {"已送达", "Delivered"}};
    for (size_t i = 0; i < 3; i++) {
        struct data *o = data_item(tabs);
        data_text(o, "href", STR("/dev/components"));
        data_text(o, "text", say(p->rq, str_from(names[i][0]), str_from(names[i][1])));
        data_flag(o, "current", i == 0);
    }
}

static void add_progress(struct page *p) {
    static const struct {
        const char *zh, *en, *time, *state;
    } events[] = {
        {"社区工作者代为写下心愿", "Written down by a community worker", "2026-11-20 09:12", ""},
        {"核实通过，上墙公示", "Checked and published", "2026-11-20 15:40", ""},
        {"市自然资源局的同志领办大米", "Rice claimed by a partner unit", "2026-11-21 10:05", "now"},
        {"入户送达", "Delivery at the door", "", "next"},
        {"居民确认", "Confirmation by the resident", "", "next"},
    };
    struct data *list = data_list(p->data, "events"), *steps = data_list(p->data, "steps"), *rows = data_list(p->data, "rows");
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        struct data *o = data_item(list), *s = data_item(steps);
        data_text(o, "title", say(p->rq, str_from(events[i].zh), str_from(events[i].en)));
        data_text(o, "time", str_from(events[i].time));
        data_text(o, "state", str_from(events[i].state));
        static const char *const names[][2] = {{"登记", "Written"}, {"公示", "Open"}, {"领办", "Claimed"}, {"送达", "Delivered"}, {"确认", "Confirmed"}};
        data_text(s, "text", say(p->rq, str_from(names[i][0]), str_from(names[i][1])));
        data_text(s, "state", i < 2 ? STR("done") : i == 2 ? STR("now") : STR("next"));
    }
    static const char *const summary[][3] = {{"编号", "Number", "4821-0937-5516"}, {"社区", "Community", "南湖社区"}, {"联系方式", "Phone", "138 **** 0042"}};
    for (size_t i = 0; i < 3; i++) {
        struct data *o = data_item(rows);
        data_text(o, "name", say(p->rq, str_from(summary[i][0]), str_from(summary[i][1])));
        data_text(o, "value", str_from(summary[i][2]));
        if (i == 2) data_text(o, "href", STR("/dev/components"));
        data_text(o, "action", say(p->rq, STR("更改"), STR("Change")));
    }
    data_html(p->data, "qr", qr_svg(p->rq->arena, STR("https://example.org/s/Zk3vT9"), say(p->rq, STR("查询二维码"), STR("Code that opens this case"))));
}

static void add_work(struct page *p) {
    struct data *tasks = data_list(p->data, "tasks"), *columns = data_list(p->data, "columns"), *rows = data_list(data_child(p->data, "deliveries"), "rows");
    for (int i = 0; i < 3; i++) {
        struct data *o = data_item(tasks);
        data_text(o, "href", STR("/dev/components"));
        data_text(o, "title", say(p->rq, STR("送大米到南湖社区"), STR("Deliver rice to Nanhu")));
        data_text(o, "note", say(p->rq, STR("4821-0937-5516 · 失物招领"), STR("4821-0937-5516 · Lost and found")));
        data_text(o, "due", i ? say(p->rq, STR("还有 3 个工作日"), STR("3 working days left")) : say(p->rq, STR("已超期 1 天"), STR("1 day overdue")));
        data_flag(o, "overdue", i == 0);
    }
    static const char *const heads[][2] = {{"收件人", "For"}, {"物品", "Item"}, {"楼栋", "Building"}, {"数量", "Quantity"}, {"状态", "Status"}};
    for (size_t i = 0; i < 5; i++) {
        struct data *o = data_item(columns);
        data_text(o, "text", say(p->rq, str_from(heads[i][0]), str_from(heads[i][1])));
        data_flag(o, "number", i == 3);
    }
    for (int r = 0; r < 3; r++) {
        struct data *cells = data_list(data_item(rows), "cells");
        const struct str values[] = {say(p->rq, STR("张**"), STR("Zhang**")), say(p->rq, STR("大米"), STR("Rice")), STR("3-2-401"), STR("10"),
                                     say(p->rq, STR("已送达"), STR("Delivered"))};
        for (size_t i = 0; i < 5; i++) {
            struct data *cell = data_item(cells);
            data_text(cell, "label", say(p->rq, str_from(heads[i][0]), str_from(heads[i][1])));
            data_text(cell, i == 4 ? "tag" : "text", values[i]);
            data_text(cell, "color", STR("green"));
            data_flag(cell, "number", i == 3);
        }
    }
}

static void add_charts(struct page *p) {
    static const int numbers[3][8] = {{12, 18, 9, 22, 31, 28, 35, 40}, {8, 15, 11, 19, 25, 30, 33, 36}, {7, 0, 2, 9, 3, 2, 1, 0}};
    struct chart_value values[3][8];
    for (size_t s = 0; s < 3; s++)
        for (size_t i = 0; i < 8; i++) values[s][i] = (struct chart_value){numbers[s][i], arena_printf(p->rq->arena, "%d", numbers[s][i]), SMALL_SAID};
    static const struct str months[] = {{"4", 1}, {"5", 1}, {"6", 1}, {"7", 1}, {"8", 1}, {"9", 1}, {"10", 2}, {"11", 2}};
    const struct str places[] = {say(p->rq, STR("南湖社区"), STR("Nanhu")), say(p->rq, STR("北市社区"), STR("Beishi")), say(p->rq, STR("站前社区"), STR("Zhanqian"))};
    const struct chart_series series[] = {{say(p->rq, STR("新增"), STR("New")), values[0]}, {say(p->rq, STR("办结"), STR("Done")), values[1]}, {say(p->rq, STR("超期"), STR("Late")), values[2]}};
    struct chart lines = {say(p->rq, STR("每月心愿"), STR("Wishes a month")), months, 8, series, 2};
    struct chart bars = {say(p->rq, STR("各社区心愿"), STR("Wishes by community")), places, 3, series, 3};
    data_html(p->data, "lines", chart_lines(p->rq->arena, &lines));
    data_html(p->data, "stacked", chart_stacked(p->rq->arena, &bars));
    data_html(p->data, "panels", chart_panels(p->rq->arena, &bars));
    values[2][1] = (struct chart_value){0, STR("< 5"), SMALL_FEW};
    values[2][2] = (struct chart_value){0, say(p->rq, STR("不显示"), STR("not shown")), SMALL_UNSAID};
    data_html(p->data, "bars", chart_bars(p->rq->arena, &bars));
    struct data *figures = data_list(p->data, "figures");
    static const char *const names[][3] = {{"今年心愿", "Wishes this year", "312"}, {"已办结", "Done", "287"}, {"平均天数", "Days on average", "3.4"}, {"满意率", "Satisfied", "98%"}};
    for (size_t i = 0; i < 4; i++) {
        struct data *o = data_item(figures);
        data_text(o, "name", say(p->rq, str_from(names[i][0]), str_from(names[i][1])));
        data_text(o, "value", str_from(names[i][2]));
    }
}

static void add_form(struct page *p, bool with_errors) {
    struct http_request *rq = p->rq;
    struct data *fields = data_list(p->data, "fields");
    struct data *name = field_add_named(fields, "text", STR("name"), say(rq, STR("姓名"), STR("Name")));
    struct data *phone = field_add_named(fields, "tel", STR("phone"), say(rq, STR("手机号码"), STR("Phone number")));
    data_text(phone, "hint", say(rq, STR("只用于联系您。"), STR("We only use it to reach you.")));
    struct data *words = field_add_named(fields, "area", STR("words"), say(rq, STR("您的情况"), STR("What it is about")));
    data_number(words, "limit", 200);
    struct data *kind = field_add_named(fields, "radios", STR("kind"), say(rq, STR("需要什么"), STR("What is needed")));
    field_option(kind, STR("goods"), say(rq, STR("生活用品"), STR("Things for daily life")), true);
    field_option(kind, STR("help"), say(rq, STR("上门帮忙"), STR("A helping hand at home")), false);
    field_option_note(kind, say(rq, STR("打扫、修理、陪伴看病"), STR("Cleaning, repairs, going to the doctor together")));
    struct data *consent = field_add_named(fields, "checks", STR("consent"), say(rq, STR("同意事项"), STR("Consent")));
    field_option(consent, STR("yes"), say(rq, STR("同意匿名公示"), STR("May be shown without my name")), false);
    struct data *place = field_add_named(fields, "select", STR("place"), say(rq, STR("社区"), STR("Community")));
    field_option(place, STR("nanhu"), say(rq, STR("南湖社区"), STR("Nanhu")), true);
    struct data *photo = field_add_named(fields, "file", STR("photo"), say(rq, STR("照片"), STR("Photo")));
    data_flag(photo, "optional", true);
    field_value(name, http_form(rq, "name"));
    if (!with_errors) return;
    field_error_named(p, name, say(rq, STR("请填写姓名。"), STR("Please write a name.")));
    field_error_named(p, kind, say(rq, STR("请选择一种类型。"), STR("Please choose one.")));
}

static enum http_outcome show(struct http_request *rq, bool with_errors) {
    struct page p = page_begin(rq, T("Style guide"));
    page_crumb(&p, T("Home"), STR("/"));
    page_form(&p);
    add_services(&p);
    add_wishes(&p);
    add_progress(&p);
    add_work(&p);
    add_charts(&p);
    add_form(&p, with_errors);
    return page_show(&p, "components", with_errors ? 422 : 200);
}

static enum http_outcome show_components(struct http_request *rq) {
    return show(rq, false);
}

static enum http_outcome show_errors(struct http_request *rq) {
    return show(rq, true);
}

const struct http_route web_dev_routes[] = {
    {"GET", "/dev/components", show_components, "anyone", T_STATIC("Shows every building block of the pages"), HTTP_DEMO_ONLY, 0},
    {"POST", "/dev/components", show_errors, "anyone", T_STATIC("Shows the form with its faults"), HTTP_DEMO_ONLY, 0},
    {0},
};
