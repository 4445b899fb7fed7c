// workbook.mjs: the form that a clerk writes for meals at home: 25 questions with conditions, a repeat, two cascading choices,
// two languages, pictures at two choices. Rows as they stand in the workbook, by column, and the two slips of its first draft.
const zh = '中文 (zh)', en = 'English (en)'
const columns = [
  'type', 'name', `label::${zh}`, `label::${en}`, `hint::${zh}`, `hint::${en}`, `guidance_hint::${zh}`, `guidance_hint::${en}`, 'required', 'relevant', 'constraint',
  `constraint_message::${zh}`, `constraint_message::${en}`, 'choice_filter', 'calculation', 'appearance', 'parameters', 'privacy', `purpose::${zh}`, `purpose::${en}`, 'kind'
]
const q = (type, name, zhLabel, enLabel, more = {}) => ({ type, name, [`label::${zh}`]: zhLabel, [`label::${en}`]: enLabel, ...more })
const both = (column, zhText, enText) => ({ [`${column}::${zh}`]: zhText, [`${column}::${en}`]: enText })
const must = { required: 'yes' }

const survey = [
  q('start', 'begun', '', ''),
  q('start-geopoint', 'begun_at', '', ''),
  q('begin_group', 'who', '申请人', 'The applicant'),
  q('select_one filler', 'filled_by', '是谁在填写？', 'Who is filling this in?', { ...must, privacy: 'office' }),
  q('text', 'helper', '代填人姓名', 'Name of the helper', { ...must, relevant: "${filled_by} = 'family' or ${filled_by} = 'staff'", privacy: 'personal' }),
  q('text', 'name', '申请人姓名', "Applicant's name", { ...must, privacy: 'personal' }),
  q('text', 'phone', '联系电话', 'Telephone', { ...must, kind: 'phone', privacy: 'personal', ...both('purpose', '送餐前联系您。', 'To call you before a meal comes.') }),
  q('date', 'birth', '出生日期', 'Date of birth', { ...must, privacy: 'personal', constraint: '. <= today()', ...both('constraint_message', '出生日期不能晚于今天。', 'This day has not come yet.') }),
  q('text', 'card', '公民身份号码', 'Identity number', { kind: 'cn-id', privacy: 'sensitive', ...both('hint', '只在需要**补贴**时填写。', 'Only when you ask for the **subsidy**.'), ...both('guidance_hint', '18 位，最后一位可能是 X。\n办理人员看到的是遮住的号码。', '18 characters, the last may be X.\nThe office sees it masked.') }),
  q('calculate', 'age', '', '', { calculation: 'int((today() - ${birth}) div 365.25)' }),
  q('note', 'young', '您 ${age} 岁，**未满 60 岁**。可以登记，但没有补贴。', 'You are ${age}, **not yet 60**. You may sign up, without the subsidy.', { relevant: "${birth} != '' and ${age} < 60" }),
  q('end_group', 'who', '', ''),
  q('begin_group', 'where', '住址', 'Where you live'),
  q('select_one_from_file offices.csv', 'street', '街道', 'Street district', { ...must, choice_filter: "kind = 'street'", privacy: 'office' }),
  q('select_one_from_file offices.csv', 'office', '社区', 'Community', { ...must, choice_filter: "kind = 'community' and under = ${street}", privacy: 'office' }),
  q('text', 'building', '小区和楼号', 'Estate and building', { ...must, privacy: 'personal' }),
  q('text', 'room', '单元和房号', 'Entrance and room', { ...must, privacy: 'personal' }),
  q('geopoint', 'place', '在地图上的位置', 'Place on the map', { privacy: 'personal' }),
  q('end_group', 'where', '', ''),
  q('begin_group', 'home', '家里', 'At home'),
  q('select_one living', 'living', '平时和谁一起住？', 'Who do you live with?', { ...must, privacy: 'office' }),
  q('begin_repeat', 'member', '家庭成员', 'Member of the household', { relevant: "${living} = 'family'" }),
  q('text', 'member_name', '姓名', 'Name', { ...must, privacy: 'personal' }),
  q('select_one relation', 'relation', '和申请人的关系', 'Relation to the applicant', { ...must, privacy: 'personal' }),
  q('integer', 'member_age', '年龄', 'Age', { constraint: '. >= 0 and . <= 120', privacy: 'personal', ...both('constraint_message', '年龄在 0 到 120 之间。', 'An age from 0 to 120.') }),
  q('select_one yes_no', 'member_meal', '也要用餐吗？', 'Meals for this person too?', { ...must, privacy: 'office' }),
  q('end_repeat', 'member', '', ''),
  q('calculate', 'eaters', '', '', { calculation: "1 + count(${member}[${member_meal} = 'yes'])", privacy: 'office' }),
  q('note', 'eaters_said', '共 **${eaters}** 人用餐。', 'Meals for **${eaters}**.'),
  q('end_group', 'home', '', ''),
  q('begin_group', 'meals', '用餐', 'The meals'),
  q('select_multiple day', 'days', '哪几天用餐？', 'On which days?', { ...must, privacy: 'office' }),
  q('select_one diet_kind', 'diet_kind', '饮食有什么讲究？', 'Is there anything you do not eat?', { ...must, privacy: 'office' }),
  q('select_one diet', 'diet', '具体是哪一种？', 'Which of these?', { ...must, relevant: "selected('health habit', ${diet_kind})", choice_filter: 'of = ${diet_kind}', privacy: 'personal' }),
  q('text', 'allergy', '对什么过敏？', 'Any allergy?', { privacy: 'personal' }),
  q('select_one deliver', 'deliver', '怎样用餐？', 'How would you like it?', { ...must, privacy: 'office' }),
  q('text', 'door_note', '送到门口时要注意什么？', 'What should we know at the door?', { relevant: "${deliver} = 'door'", appearance: 'multiline', privacy: 'personal' }),
  q('range', 'salt', '咸淡', 'How salty?', { parameters: 'start=1 end=5 step=1', privacy: 'office', ...both('hint', '1 最淡，5 最咸。', '1 is plain, 5 is salty.') }),
  q('image', 'photo', '家门口的照片', 'A photo of your door', { privacy: 'personal', ...both('hint', '送餐的人好找到您家。', 'So that the helper finds it.') }),
  q('acknowledge', 'consent', '我同意社区为安排用餐使用以上信息。', 'The community may use this to arrange the meals.', { ...must, ...both('hint', '依据见[个人信息保护法](https://www.npc.gov.cn/)。', 'The law: [PIPL](https://www.npc.gov.cn/).') }),
  q('end_group', 'meals', '', '')
]

const choices = [
  ['filler', 'self', '本人', 'Myself'], ['filler', 'family', '家人', 'A relative'], ['filler', 'staff', '社区工作人员', 'The community'],
  ['living', 'alone', '独自居住', 'Alone'], ['living', 'family', '和家人一起住', 'With my family'],
  ['relation', 'spouse', '配偶', 'Husband or wife'], ['relation', 'child', '子女', 'Child'], ['relation', 'other', '其他', 'Other'],
  ['yes_no', 'yes', '是', 'Yes'], ['yes_no', 'no', '否', 'No'],
  ['day', 'weekday', '周一到周五', 'Monday to Friday'], ['day', 'weekend', '周末', 'The weekend'],
  ['diet_kind', 'none', '没有', 'No'], ['diet_kind', 'health', '身体原因', 'For my health'], ['diet_kind', 'habit', '民族和习惯', 'Custom'],
  ['diet', 'sugar', '少糖', 'Little sugar', 'health'], ['diet', 'soft', '软烂', 'Soft food', 'health'], ['diet', 'halal', '清真', 'Halal', 'habit'], ['diet', 'plants', '素食', 'No meat', 'habit'],
  ['deliver', 'canteen', '到食堂', 'At the canteen', '', 'canteen.svg'], ['deliver', 'door', '送到家', 'Brought to my door', '', 'door.svg']
]

const letters = (i) => (i < 26 ? '' : 'A') + String.fromCharCode(65 + (i % 26))
const sheetOf = (rows) => Object.fromEntries(rows.flatMap((row, r) => row.map((text, c) => [`${letters(c)}${r + 1}`, text])).filter(([, text]) => text))

// What the clerk types, cell by cell.
export const sheets = {
  survey: sheetOf([columns, ...survey.map((row) => columns.map((c) => row[c]))]),
  choices: sheetOf([['list_name', 'name', `label::${zh}`, `label::${en}`, 'of', 'media::image'], ...choices]),
  settings: sheetOf([['form_title', 'form_id', 'version', 'default_language'], ['老年助餐', 'meals', '1', zh]])
}

export const questions = survey.filter((row) => !/^(begin|end|note|calculate|start)/.test(row.type)).length

// Where a question's cell stands: place('helper', 'relevant') is J6.
export const place = (name, column) => `${letters(columns.indexOf(column))}${survey.findIndex((row) => row.name === name) + 2}`

// The first draft: a name that no question has, and a list that the choices sheet spells otherwise.
export const slips = { survey: { [place('helper', 'relevant')]: "${fill_by} = 'family'", [place('relation', 'type')]: 'select_one relations' } }
export const mended = { survey: { [place('helper', 'relevant')]: sheets.survey[place('helper', 'relevant')], [place('relation', 'type')]: 'select_one relation' } }
