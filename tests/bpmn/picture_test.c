/* Pictures: escaped, free of inline style and script, complete; layouts in which nothing overlaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpmn/picture.h"

#include <string.h>

#define HEAD                                                                                                 \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' targetNamespace='urn:t' "              \
    "xmlns:bpmndi='http://www.omg.org/spec/BPMN/20100524/DI' "                                               \
    "xmlns:dc='http://www.omg.org/spec/DD/20100524/DC' "                                                     \
    "xmlns:di='http://www.omg.org/spec/DD/20100524/DI'>"

static struct bpmn_tree *read_tree(struct arena *a, struct str xml) {
    struct bpmn_tree *tree = bpmn_tree_read(a, xml, STR("t.bpmn"), NULL);
    assert_non_null(tree);
    return tree;
}

static size_t count_of(struct str text, const char *piece) {
    size_t n = 0, length = strlen(piece);
    for (ptrdiff_t at; (at = str_find(text, str_from(piece))) >= 0; n++)
        text = str_sub(text, (size_t)at + length, text.n);
    return n;
}

static void a_hostile_name_stays_text(void **state) {
    (void)state;
    static const char xml[] = HEAD
        "<process id='p' name='&lt;script>alert(1)&lt;/script>'>"
        "<startEvent id='s'/><userTask id='x' name='核实 &lt;b onload=\"x\"> &amp; 登记'/><endEvent id='e'/>"
        "<sequenceFlow id='a' sourceRef='s' targetRef='x' name='&lt;i>'/>"
        "<sequenceFlow id='b' sourceRef='x' targetRef='e'/></process></definitions>";
    struct arena a;
    struct buf out;
    arena_init(&a, 32 << 20);
    buf_init(&out, &a, 1 << 20);
    struct bpmn_mark marks[] = {
        {.element = STR("s"), .state = BPMN_MARK_DONE, .tokens = 1, .note = STR("\"<u>")},
        {.element = STR("x"), .state = BPMN_MARK_OVERDUE, .tokens = 2, .note = STR("3 天")}};
    struct bpmn_picture how = {.language = LANGUAGE_ZH, .marks = marks, .mark_count = 2};
    assert_true(bpmn_picture_draw(&out, read_tree(&a, str_from(xml)), &how));
    struct str svg = buf_str(&out);
    struct xml_node *root = xml_parse(&a, svg, &xml_default_limits, STR("p.svg"), NULL);
    assert_non_null(root);
    assert_true(str_eqz(root->name, "svg"));
    assert_int_equal(count_of(svg, "<script"), 0);
    assert_int_equal(count_of(svg, "style="), 0);
    assert_int_equal(count_of(svg, "<style"), 0);
    assert_int_equal(count_of(svg, "<b "), 0);
    assert_int_equal(count_of(svg, "<u>"), 0);
    assert_true(count_of(svg, "超期 ×2") > 0);
    assert_true(count_of(svg, "is-overdue") == 1 && count_of(svg, "is-done") == 1);
    assert_true(count_of(svg, "<title>") >= 3 && count_of(svg, "<desc>") == 1);
    assert_true(count_of(svg, "办件现在") == 1);
    arena_release(&a);
}

static void the_files_coordinates_are_used(void **state) {
    (void)state;
    static const char xml[] =
        HEAD "<process id='p'><task id='x' name='A'/></process><bpmndi:BPMNDiagram><bpmndi:BPMNPlane "
             "bpmnElement='p'>"
             "<bpmndi:BPMNShape bpmnElement='x'><dc:Bounds x='700' y='500' width='100' "
             "height='80'/></bpmndi:BPMNShape>"
             "<bpmndi:BPMNShape bpmnElement='gone'><dc:Bounds x='1' y='1' width='1' "
             "height='1'/></bpmndi:BPMNShape>"
             "<bpmndi:BPMNShape bpmnElement='x'><dc:Bounds x='1e300' y='nan' width='1' "
             "height='1'/></bpmndi:BPMNShape>"
             "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>";
    struct arena a;
    arena_init(&a, 32 << 20);
    struct bpmn_drawing d;
    assert_true(bpmn_drawing_read(&a, read_tree(&a, str_from(xml)), 0, &d));
    assert_int_equal(d.shape_count, 1);
    assert_true(d.shapes[0].box.x == 700 && d.shapes[0].box.height == 80);
    arena_release(&a);
}

static void nothing_to_draw_is_said(void **state) {
    (void)state;
    struct arena a;
    struct buf out;
    arena_init(&a, 32 << 20);
    buf_init(&out, &a, 1 << 20);
    struct bpmn_picture how = {.language = LANGUAGE_EN};
    assert_false(bpmn_picture_draw(&out, read_tree(&a, STR(HEAD "<process id='p'/></definitions>")), &how));
    arena_release(&a);
}

/* --- layouts of random processes --- */

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* `n` nodes of all sorts, flows anywhere (cycles and loops to itself too), some boundary events and
 * sub-processes. */
static struct str random_process(struct arena *a, uint32_t seed, int n) {
    static const char *const kinds[] = {"userTask", "exclusiveGateway", "serviceTask",
                                        "intermediateThrowEvent", "endEvent"};
    struct buf b;
    buf_init(&b, a, 1 << 20);
    buf_addz(&b, HEAD "<process id='p'><startEvent id='n0'/>");
    for (int i = 1; i < n; i++) {
        if (next_random(&seed) % 7 == 0)
            buf_printf(&b,
                       "<subProcess id='n%d'><startEvent id='i%d'/><task id='j%d'/><sequenceFlow id='k%d' "
                       "sourceRef='i%d' targetRef='j%d'/></subProcess>",
                       i, i, i, i, i, i);
        else
            buf_printf(&b, "<%s id='n%d' name='步骤 %d'/>", kinds[next_random(&seed) % 5], i, i);
        if (next_random(&seed) % 6 == 0)
            buf_printf(&b, "<boundaryEvent id='b%d' attachedToRef='n%d'/>", i, i);
    }
    for (int i = 0; i < n * 3 / 2; i++)
        buf_printf(&b, "<sequenceFlow id='f%d' sourceRef='n%u' targetRef='n%u'/>", i,
                   next_random(&seed) % (unsigned)n, next_random(&seed) % (unsigned)n);
    buf_addz(&b, "</process></definitions>");
    return buf_str(&b);
}

static bool overlap(const struct bpmn_box *x, const struct bpmn_box *y) {
    return x->x < y->x + y->width && y->x < x->x + x->width && x->y < y->y + y->height &&
           y->y < x->y + x->height;
}

static void layouts_do_not_overlap(void **state) {
    (void)state;
    for (uint32_t seed = 1; seed <= 150; seed++) {
        struct arena a;
        arena_init(&a, 256 << 20);
        struct bpmn_tree *tree = read_tree(&a, random_process(&a, seed, 3 + (int)(seed % 40)));
        struct bpmn_drawing d = bpmn_layout(&a, tree);
        size_t nodes = 0;
        for (size_t i = 0; i < tree->count; i++) nodes += bpmn_is(tree->elements[i], "flowNode");
        assert_int_equal(d.shape_count, nodes);
        for (size_t i = 0; i < d.shape_count; i++) {
            for (size_t k = i + 1; k < d.shape_count; k++) {
                const struct bpmn_node *x = d.shapes[i].element, *y = d.shapes[k].element;
                if (x->parent != y->parent || bpmn_is(x, "boundaryEvent") || bpmn_is(y, "boundaryEvent"))
                    continue;
                if (overlap(&d.shapes[i].box, &d.shapes[k].box))
                    fail_msg("seed %u: %.*s and %.*s overlap", seed, STR_ARGS(x->id), STR_ARGS(y->id));
            }
        }
        for (size_t i = 0; i < d.edge_count; i++)
            for (size_t p = 0; p < d.edges[i].count; p++)
                assert_true(d.edges[i].points[p].x > -1e5 && d.edges[i].points[p].x < 1e5 &&
                            d.edges[i].points[p].y < 1e5);
        arena_release(&a);
    }
}

static void inner_shapes_stay_inside(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 64 << 20);
    struct bpmn_tree *tree = read_tree(&a, random_process(&a, 77, 40));
    struct bpmn_drawing d = bpmn_layout(&a, tree);
    struct map boxes;
    size_t seen = 0;
    map_init(&boxes, &a);
    for (size_t i = 0; i < d.shape_count; i++) map_put(&boxes, d.shapes[i].element->id, &d.shapes[i].box);
    for (size_t i = 0; i < d.shape_count; i++) {
        const struct bpmn_box *outer = map_get(&boxes, d.shapes[i].element->parent->id),
                              *box = &d.shapes[i].box;
        if (!outer) continue;
        seen++;
        assert_true(box->x > outer->x && box->y > outer->y);
        assert_true(box->x + box->width < outer->x + outer->width &&
                    box->y + box->height < outer->y + outer->height);
    }
    assert_true(seen > 4);
    arena_release(&a);
}

/* A tangle of many flows must not take long or much memory. */
static void a_large_tangle_is_laid_out(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 512 << 20);
    struct bpmn_tree *tree = read_tree(&a, random_process(&a, 5, 3000));
    struct bpmn_drawing d = bpmn_layout(&a, tree);
    assert_true(d.shape_count >= 3000);
    arena_release(&a);
}

/* A plan drawn for one case leaves nothing behind for the next: each picture equals one drawn from the file alone. */
static void a_plan_serves_many_cases(void **state) {
    (void)state;
    static const char xml[] = HEAD
        "<process id='p' name='登记'><startEvent id='s'/><userTask id='x' name='核实'/><userTask id='y' name='办理'/>"
        "<endEvent id='e'/><sequenceFlow id='a' sourceRef='s' targetRef='x' name='到了'/>"
        "<sequenceFlow id='b' sourceRef='x' targetRef='y'/><sequenceFlow id='d' sourceRef='y' targetRef='e'/></process></definitions>";
    struct arena a;
    arena_init(&a, 32 << 20);
    const struct bpmn_plan *plan = bpmn_picture_plan(&a, read_tree(&a, str_from(xml)), &(struct bpmn_picture){.marks = NULL});
    assert_non_null(plan);
    static const char *const places[] = {"x", "y", "a", "e", "nowhere"};
    struct str before = STR("");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct bpmn_mark marks[] = {{.element = str_from(places[i]), .state = BPMN_MARK_HERE, .tokens = 1, .note = STR("3 天")},
                                    {.element = STR("s"), .state = BPMN_MARK_DONE, .tokens = 2}};
        struct bpmn_picture how = {.language = i % 2 ? LANGUAGE_EN : LANGUAGE_ZH, .marks = marks, .mark_count = 2};
        struct buf planned, alone;
        buf_init(&planned, &a, 1 << 20);
        buf_init(&alone, &a, 1 << 20);
        assert_true(bpmn_picture_draw_plan(&planned, &a, plan, &how));
        assert_true(bpmn_picture_draw(&alone, read_tree(&a, str_from(xml)), &how));
        assert_true(str_eq(buf_str(&planned), buf_str(&alone)));
        assert_false(str_eq(buf_str(&planned), before));
        before = buf_str(&planned);
    }
    arena_release(&a);
}

/* A file drawn for short Chinese names: the English in their place needs more room than the label was given. */
static void a_word_is_not_cut_in_two(void **state) {
    (void)state;
    static const char xml[] = HEAD
        "<process id='p'><startEvent id='s' name='Delivered'/><endEvent id='e'/><sequenceFlow id='f' sourceRef='s' targetRef='e' name='Satisfied'/></process>"
        "<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement='p'>"
        "<bpmndi:BPMNShape bpmnElement='s'><dc:Bounds x='0' y='0' width='36' height='36'/><bpmndi:BPMNLabel><dc:Bounds x='4' y='40' width='31' height='14'/></bpmndi:BPMNLabel></bpmndi:BPMNShape>"
        "<bpmndi:BPMNShape bpmnElement='e'><dc:Bounds x='200' y='0' width='36' height='36'/></bpmndi:BPMNShape>"
        "<bpmndi:BPMNEdge bpmnElement='f'><di:waypoint x='36' y='18'/><di:waypoint x='200' y='18'/><bpmndi:BPMNLabel><dc:Bounds x='100' y='0' width='22' height='14'/></bpmndi:BPMNLabel></bpmndi:BPMNEdge>"
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>";
    struct arena a;
    struct buf out;
    arena_init(&a, 32 << 20);
    buf_init(&out, &a, 1 << 20);
    struct bpmn_picture how = {.language = LANGUAGE_EN};
    assert_true(bpmn_picture_draw(&out, read_tree(&a, str_from(xml)), &how));
    assert_int_equal(count_of(buf_str(&out), ">Delivered</text>"), 1);
    assert_int_equal(count_of(buf_str(&out), ">Satisfied</text>"), 1);
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_name_stays_text),
        cmocka_unit_test(a_word_is_not_cut_in_two),
        cmocka_unit_test(a_plan_serves_many_cases), cmocka_unit_test(the_files_coordinates_are_used),
        cmocka_unit_test(nothing_to_draw_is_said),   cmocka_unit_test(layouts_do_not_overlap),
        cmocka_unit_test(inner_shapes_stay_inside),  cmocka_unit_test(a_large_tangle_is_laid_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
