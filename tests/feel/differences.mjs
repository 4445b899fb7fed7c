// Where ours and feelin 8.2.0 differ, and why; one rule a cause. A rule looks at the expression (and, where that helps,
// at both results), so it also covers larger expressions around the same cause.
const holds = (pattern) => (expression) => pattern.test(expression);

export const differences = [
    {
        name: "remove(list, -1) removes the last item",
        why: "10.3.4.4: position -1 is the last. feelin removes the item before it (it hands -1 - 1 to a splice).",
        explains: holds(/remove\(/),
    },
    {
        name: "years and months duration(from, to) has no days",
        why: "10.3.2.3.7: such a duration is a whole number of months. feelin keeps the days that are left: P1Y1M1D.",
        explains: holds(/years and months duration\(/),
    },
    {
        name: "a duration can be multiplied by a number",
        why: "10.3.2.13, Table 57: both durations times a number. feelin answers null.",
        explains: (expression, x, y) => /duration\("PT90M"\) \* 2/.test(expression) && y === null,
    },
    {
        name: "between does not put its ends in order",
        why: "10.3.2.13, Table 51: e1 between e2 and e3 is e1 >= e2 and e1 <= e3. feelin takes the smaller end as the lower one.",
        explains: holds(/ between /),
    },
    {
        name: "a position outside of a text or list is an error",
        why: "10.3.4.3, 10.3.4.4: positions go from 1 to the length. substring(\"\", 1) and sublist([], 1) are null, for feelin they are empty.",
        explains: holds(/substring\(|sublist\(/),
    },
    {
        name: "lists of different length are not equal",
        why: "10.3.2.13, Table 53: lists are equal when they have the same length and equal items; so the answer is false, not null.",
        explains: (expression, x, y) => / = /.test(expression) && (y === null || JSON.stringify(x) !== JSON.stringify(y)),
    },
    {
        name: "a range does not put its ends in order",
        why: "10.3.2.7: x in [10..1] is x >= 10 and x <= 1, so nothing lies in it. feelin takes the smaller end as the lower one.",
        explains: holds(/ in [[(\]][^.]*\.\./),
    },
    {
        name: "$1 without a group is empty",
        why: "XQuery functions 5.6.4 (F&O 3.1): a number beyond the last group stands for the empty string. feelin keeps the characters $1, as JavaScript does.",
        explains: holds(/"\[aeiou\]", "\$1"/),
    },
    {
        name: "insert before needs a position that is there",
        why: "10.3.4.4: an empty list has no position 1. feelin puts the item in nevertheless.",
        explains: holds(/insert before\(/),
    },
    {
        name: "median sorts numbers as numbers",
        why: "10.3.4.4. feelin sorts them as text: 10 before 2, -2 after -15.",
        explains: holds(/median\(/),
    },
];
