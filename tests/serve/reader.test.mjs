// reader.test.mjs: what a reader sees of a service, in both languages: its way, who opens it, its promise; titles that tell
// cases apart, in the words of the page; walls, tables and papers that say what is so.
import { Server, ask, check, makeFolder, total } from './server.mjs'

const folder = makeFolder('reader', `
clock 2026-09-07T09:00:00+08:00
deploy services/contest
deploy services/reading
deploy services/flood
deploy services/enforce
deploy services/parcel
deploy services/wish
deploy services/heat
deploy services/ecred
deploy services/social
deploy services/request
deploy services/enforce-meeting
organisation city city "四平市" en "Siping"
organisation school unit "市第二实验小学" en "Second Primary School" under city
organisation dongshan community "东山社区" en "Dongshan Community" under city
organisation brigade brigade "县交通运输执法大队" en "Transport Enforcement Brigade" under city
organisation water unit "市供水公司" en "Water Company" under city
account wang staff at city
account zhao staff at city
account boss supervisor at city
account chief admin at city
account shao staff at brigade
account hua staff at dongshan
organisation tiexi district "铁西区" under city
account feng staff at tiexi
role chief staff at tiexi
account zheng partner at dongshan of water
account teacher staff at school
open q contest by wang /data/kind=question /data/office=@city /data/question/topic=constitution /data/question/qtype=single /data/question/wording=题 /data/question/answer=A /data/question/source_title=章程 /data/question/source_place=总纲 /data/question/source_day=2022-10-22 /data/question/valid_until=2027-12-31
open r contest by wang /data/kind=question /data/office=@city /data/question/topic=constitution /data/question/qtype=single /data/question/wording=题二 /data/question/answer=B /data/question/source_title=章程 /data/question/source_place=总纲 /data/question/source_day=2022-10-22 /data/question/valid_until=2027-12-31
complete q review by zhao /data/outcome=approve /data/checked=OK
open p parcel by wang /data/campaign_part/campaign=2026-summer /data/who/name=刘某某 /data/who/age=35to59 /data/where/office=@dongshan /data/where/building=1号楼 /data/where/room=101 /data/need/hardship=relief /data/need/minors=1 /data/agree/consent=OK /data/agree/how=spoken
entity flood_works D1 "条子河堤防" by wang class=dyke place=四平
open s enforce by resident /data/what/matter=survey /data/what/operator=taxi /data/what/office=@brigade /data/survey/round=1 /data/survey/overall=4 /data/survey/manner=4 /data/survey/rules=4 /data/survey/help=4
activity classics reading "与经典为友" places 1 at school by wang
open a reading by resident /data/activity=1 /data/office=@school /data/pupil/nickname=小雨 /data/pupil/grade=4 /data/pupil/under14=yes /data/guardian/name=小雨家长 /data/guardian/phone=04340000201 /data/guardian/consent=OK /data/show/photo_consent=yes
open b reading by resident /data/activity=1 /data/office=@school /data/pupil/nickname=小竹 /data/pupil/grade=4 /data/pupil/under14=yes /data/guardian/name=小竹家长 /data/guardian/phone=04340000202 /data/guardian/consent=OK /data/show/photo_consent=no
entity reading_books 西游记 "西游记" by wang author=吴承恩 grade=4 copies=30
complete a read by wang /data/outcome=came /data/book=西游记 "/data/note=我最喜欢孙悟空。"
complete a approve by zhao /data/outcome=show
open o enforce by resident /data/what/matter=opinion /data/what/operator=taxi /data/what/office=@brigade /data/opinion/title=检查尽量合并 /data/who/name=司机 /data/who/phone=04340000501
open o2 enforce by resident /data/what/matter=opinion /data/what/operator=repair /data/what/office=@brigade /data/opinion/title=多讲讲新规定 /data/who/name=修理厂 /data/who/phone=04340000502
complete o2 answer by shao /data/outcome=adopted /data/reply=今后合并进行
open l enforce by resident /data/what/matter=lead /data/what/operator=taxi /data/what/office=@brigade /data/opinion/title=态度粗暴 /data/opinion/words=不出示证件
open t heat by resident /data/kind=sighting /data/office=@dongshan /data/place=迎宾街 /data/seen=十三点还有人在清扫
open d heat by hua /data/kind=warning /data/office=@dongshan /data/day=@today /data/source=气象台 /data/issued=05:30 /data/colour=orange /data/max_c=38 /data/outdoor=yes /data/overtime=no /data/shift[1]/team=一班 /data/shift[1]/from=06:30 /data/shift[1]/to=10:30
complete d plan by hua /data/outcome=adopt /data/adjusted=提前清扫
entity ecred_institutions H2 "卫生服务中心" by wang kind=hospital
open e ecred by resident /data/kind=blocked /data/office=@city /data/stage=medicine /data/what=扫不了码 /data/where=H2 /data/name=周宏 /data/phone=04340000211
open so social by resident /data/what/item=resident_claim /data/what/way=web /data/who/name=任福林 /data/who/phone=04340000304 /data/who/office=@tiexi /data/who/agent=no /data/resident/tier=500 /data/resident/tier_years=15
open so2 social by resident /data/what/item=transfer /data/what/way=web /data/who/name=任福林 /data/who/phone=04340000304 /data/who/office=@tiexi /data/who/agent=no /data/story=转到外地
open rq request by resident /data/what/kind=road /data/what/title=地砖松动 /data/what/danger=no /data/where/office=@dongshan /data/where/place=学校门口 /data/me/name=尹女士 /data/me/phone=04340000405
open em enforce-meeting by shao /data/meeting/office=@brigade /data/meeting/day=@today /data/meeting/title=座谈会 /data/meeting/invited=taxi /data/meeting/place=会议室
open em2 enforce-meeting by shao /data/meeting/office=@brigade /data/meeting/day=@today /data/meeting/title=没开成的会 /data/meeting/invited=taxi /data/meeting/place=会议室
complete em2 hold by shao /data/outcome=cancelled /data/why=防汛
open w wish by hua /data/who/filled_by=staff /data/who/helper=王 /data/who/name=孙桂芬 /data/who/phone=04340000001 /data/who/age=80s /data/who/living=alone /data/where/office=@dongshan /data/where/building=1号楼 /data/where/room=101 /data/story/why=旧的坏了 /data/story/photo_public=no /data/agree/consent=OK /data/agree/how=spoken /data/item[1]/category=home /data/item[1]/what=洗衣机 /data/item[1]/quantity=1 /data/item[1]/unit=台 /data/item[1]/value_yuan=200
complete w check by hua /data/outcome=refuse /data/reason=已有人送去
open ce contest by wang /data/kind=event /data/office=@city /data/event/name=党章竞赛 /data/event/day=@today /data/event/papers=1 /data/event/each=1 /data/event/seed=37 /data/event/entrant[1]/team=一队 /data/event/entrant[2]/team=二队 /data/event/item[1]/what=知识竞赛
complete ce hold by zhao /data/line[1]/team=一队 /data/line[1]/phase=must /data/line[1]/no=1 /data/line[1]/verdict=right /data/line[2]/team=二队 /data/line[2]/phase=quick /data/line[2]/verdict=early
complete ce appeals by wang /data/outcome=changed /data/change[1]/team=二队 /data/change[1]/phase=quick /data/change[1]/was=early /data/change[1]/now=right /data/change[1]/why=录像显示未犯规
complete ce appeals by wang /data/outcome=none
complete ce sign by wang
`.trim() + '\n')

const server = await Server.start(folder, ['--demo'])
const guest = server.person()
const text = (html) => html.replace(/<svg[\s\S]*?<\/svg>/g, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
const page = async (who, path, lang) => {
  const answer = await who.get(path + (path.includes('?') ? '&' : '?') + 'lang=' + lang)
  check(answer.status === 200, `${path} in ${lang}: ${answer.status}`)
  return answer.text
}
const says = (html, words, what) => check(text(html).includes(words), `${what}: “${words}” is not in ${text(html).slice(0, 2000)}`)
const says_not = (html, words, what) => check(!text(html).includes(words), `${what}: “${words}” stands there`)

// ---- the way, the promise, who opens it

const steps = (html) => [...html.matchAll(/<ol class="steps">([\s\S]*?)<\/ol>/g)].map((m) => [...m[1].matchAll(/<span>([^<]*)<\/span>/g)].map((s) => s[1]))
const contest = await page(guest, '/services/contest', 'en'), zh = await page(guest, '/services/contest', 'zh')
check(JSON.stringify(steps(zh)) === JSON.stringify([['另一人审题', '登记入库'], ['按公布的口令抽题', '比赛记分', '申诉复核', '确认名次']]), `two ways: ${JSON.stringify(steps(zh))}`)
check(steps(contest).flat().every((s) => !/\p{Script=Han}/u.test(s)) && steps(contest).length === 2, `in English: ${JSON.stringify(steps(contest))}`)
says(zh, '这项服务由工作人员登记', 'a service of the office')
says_not(zh, '工作人员可以代您填写', 'nobody fills in a question for a resident')
says_not(zh, '开始办理', 'no start for a guest')
check((await guest.get('/services/contest/new')).status === 403, 'nor by its address')
const refused = (await guest.get('/services/contest/new?lang=zh')).text
says_not(refused, '此账号', 'who has no account is told of none')
says(refused, '没有成功', 'but that it did not work')
says(zh, '请问您的学校或单位', 'but whom to ask')
says(await page(guest, '/services/parcel', 'en'), 'tells her community or the women’s federation', 'for a mother, too')
says(contest, 'Done within 60 working days.', 'the English promise is the Chinese one')
const reading = await page(guest, '/services/reading', 'zh')
check(JSON.stringify(steps(reading)) === JSON.stringify([['占名额', '到场和笔记', '另一人审核', '上展示墙']]), `sign-up first: ${JSON.stringify(steps(reading))}`)
says(reading, '等候递补', 'the waiting list is named')
says_not(reading, '500', 'no promise of 500 days')
says(reading, '工作人员可以代您填写', 'a guardian may be helped')
const enforce = await page(guest, '/services/enforce', 'zh')
says_not(enforce, '工作人员可以代您填写', 'a lead is for the supervisor only')
says(enforce, '请本人来写', 'what is so instead')
const flood = await page(guest, '/services/flood', 'zh')
check(JSON.stringify(steps(flood)[0]) === JSON.stringify(['核实反映', '整改登记', '整改', '复核']), `what is told is looked at first: ${JSON.stringify(steps(flood))}`)
says(flood, '需要时才有：管控，到期复查', 'control is for some hazards')

// ---- titles, in the office's lists

const wang = await server.enter(1)
check((await wang.get('/services/contest/new')).status === 200, 'staff write questions')
const [ref, other] = ask(folder, "select reference from cases where service = 'contest' order by id").map(([r]) => r)
const tasks = await page(wang, '/tasks?list=office', 'en')
says(tasks, `Party constitution, One choice (number ending ${other.slice(-4)})`, 'a title of choices in English, told apart by its number')
says(await page(wang, '/tasks?list=office', 'zh'), `党章、单选（尾号${other.slice(-4)}）`, 'and in Chinese')
const table = await page(wang, '/services/contest/table', 'en')
says_not(table, 'number ending', 'where the number stands beside it')
check(!table.includes('>Who<'), 'no column of applicants where nobody applied')
check(!/Closed<\/span>\s*<span class="small muted">[^<]+</.test(table) && /Under way<\/span>\s*<span class="small muted">Review/.test(table), 'a step stands beside open cases only')
says(await page(wang, '/services/parcel/table', 'en'), 'Summer 2026, Dongshan Community', 'a campaign and an office')
check((await page(wang, '/services/parcel/table', 'en')).includes('>Who<'), 'whose parcel it is')
const survey = ask(folder, "select reference from cases where service = 'enforce'")[0][0]
const counted = await page(wang, `/cases/${survey}`, 'zh')
says(counted, '问卷收下就计数，不用答复', 'why the rules decided so')
says_not(counted, '本项目约定', 'the makers’ note')
says(await page(wang, `/cases/${survey}`, 'en'), 'Opinions about enforcement', 'a case without a title is called as its service')

says(await page(wang, `/cases/${survey}/receipt`, 'zh'), '现在：已办结', 'a receipt looked at later says where it stands')
says_not(counted, '没有解决，重新办理', 'what nobody did is not done again')
const [parcel, theirs] = ask(folder, "select c.reference, t.id from cases c join task t on t.case_id = c.id where c.service = 'parcel' and t.state = 'open'")[0]
const received = await page(wang, `/cases/${parcel}/receipt`, 'zh')
says(received, '已收到', 'one that came just now is received')
says_not(received, '现在：', 'and no more than that')
check(/规则提示<\/p><p>\d+分：<\/p><ul[^>]*>(<li>[^<]+<\/li>){2,}<\/ul>/.test(await page(wang, `/tasks/${theirs}`, 'zh')), `what the rules say is a list: ${(await page(wang, `/tasks/${theirs}`, 'zh')).match(/规则提示[\s\S]{0,300}/)?.[0]}`)
const telling = await page(guest, '/services/flood/new', 'zh')
says(telling, '哪处工程', 'whoever tells of a danger is asked where')
says_not(telling, '登记什么', 'but not what it is about: it can be one thing only')
check(/<input type="hidden" name="round" value="told">/.test(telling), 'which goes along')
says(await page(wang, '/services/flood/new', 'zh'), '登记什么', 'the office has a choice')

// ---- a case's page

const closed = await page(wang, `/cases/${ref}`, 'en')
const both = await page(wang, `/cases/${other}`, 'zh')
check(text(both).includes('全案：') && text(both).includes('这一步：') && text(await page(wang, `/cases/${other}`, 'en')).includes('The whole case: due'), 'two days left say which is which')
check(/<details class="more"><summary>[^<]*<\/summary><div class="picture"/.test(both), 'the picture is folded')
says(closed, 'Party constitution, One choice', 'its heading')
says(closed, 'It is not solved: open it again', 'what somebody did can be done again')
const way = (html) => [...(html.match(/<ol class="way"[\s\S]*?<\/ol>/)?.[0] ?? '').matchAll(/<li[^>]*>([\s\S]*?)<\/li>/g)].map((m) => text(m[1]).trim())
const closedWay = way(closed), openWay = way(await page(wang, `/cases/${other}`, 'zh'))
check(closedWay.length === 1, `what a question did not come by is not shown: ${JSON.stringify(closedWay)}`)
check(openWay.length === 1 && openWay[0].includes('另一人审题'), `nor what it cannot come by: ${JSON.stringify(openWay)}`)
const picture = closed.match(/<svg[^>]*class="bpmn"[\s\S]*?<\/svg>/)?.[0] ?? ''
check(picture && !/\p{Script=Han}/u.test(picture.replace(/font-family="[^"]*"/g, '')), `the picture in English: ${picture.match(/[^<>"]*\p{Script=Han}[^<>"]*/u)?.[0]}`)
check(/\p{Script=Han}/u.test((await page(wang, `/cases/${ref}`, 'zh')).match(/<svg[^>]*class="bpmn"[\s\S]*?<\/svg>/)?.[0] ?? ''), 'and in Chinese')

const [shown, waiting] = ask(folder, "select reference from cases where service = 'reading' order by id").map(([r]) => r)
const waits = await page(wang, `/cases/${waiting}`, 'en')
check(JSON.stringify(way(waits)) === JSON.stringify(['Take a place: on the waiting list (now)', 'Attendance and note', 'Approved by somebody else', 'Onto the wall']), `on the waiting list all else lies ahead: ${JSON.stringify(way(waits))}`)
check(/case-head[\s\S]*?>On the waiting list<\/span>[\s\S]*?<h1>/.test(waits), 'and the head of the page says so')
check(!/tag[^>]*>Under way</.test(waits.match(/case-head[\s\S]*?<h1>/)[0]), 'not that it is under way')
says(waits, 'It is full. You are on the waiting list with 0 before you', 'a message of the process in the language of the page')
says(await page(wang, `/cases/${waiting}`, 'zh'), '名额已满，已列入候补，前面还有0人', 'and as it was written')
const passing = await page(guest, `/cases/${shown}`, 'zh')
check(!text(passing).includes('监护人可撤回照片'), `what only the guardian may do is not for passers-by: ${text(passing).match(/.{0,300}监护人可撤回照片.{0,100}/)?.[0]}`)
const marked = (html) => /class="[^"]*is-(here|done)" data-id="withdraw-photo"/.test(html)
check(!marked(passing) && marked(await page(wang, `/cases/${shown}`, 'zh')), 'nor marked in the picture')
check(/<span[^>]*>展示中<\/span>/.test(passing) && !/tag[^>]*>办理中</.test(passing), 'a note that hangs is on show on its own page, too')
check((await page(wang, `/cases/${shown}`, 'zh')).includes('监护人可撤回照片'), 'the office sees it')
check(!/due in (49|50)\d days/.test(text(await page(wang, `/cases/${shown}`, 'en'))), 'nor does a case promise its five hundredth day')
check(!/还剩 (49|50)\d 天/.test(text(await page(wang, '/services/reading/table', 'zh'))), 'nor a table')

const reviewed = text(await page(wang, `/cases/${ref}`, 'zh'))
check(reviewed.match(/，窗口/g)?.length === 1, `it came in at the desk; who reviewed it sat at no desk of ours: ${reviewed.match(/.{0,20}，窗口/g)}`)

// ---- papers: none says what is not so yet, none is for cases of another kind

const numbered = (what) => ask(folder, `select reference from cases where ${what}`)[0][0]
const chief = await server.enter(4), shao = await server.enter(5), hua = await server.enter(6), feng = await server.enter(7), above = await server.enter(3)
const paper = async (who, reference, name, offered, what) => {
  const at = `/cases/${reference}/print/${name}`, answer = await who.get(at)
  check((await page(who, `/cases/${reference}`, 'zh')).includes(`href="${at}"`) === offered, `${what}: ${offered ? 'offered' : 'not offered'} on the page`)
  check(answer.status === (offered ? 200 : 404), `${what} at its address: ${answer.status}`)
  if (!offered) says(answer.text, '现在还没有内容可打，或者不适用于这类办件', what)
}
const opinion = numbered("service = 'enforce' and title = '检查尽量合并'"), lead = numbered("service = 'enforce' and title = '态度粗暴'")
await paper(shao, opinion, 'reply', false, 'a reply that nobody wrote')
await paper(above, lead, 'reply', false, 'a lead has no reply of the brigade')
await paper(feng, numbered("service = 'social'"), 'result', false, 'a result of what was sent in just now')
await paper(wang, ref, 'result', false, 'a question is no contest')
await paper(hua, numbered("service = 'heat' and title like '%迎宾街%'"), 'day', false, 'a sighting has no sheet of the day')
await paper(hua, numbered("service = 'heat' and title not like '%迎宾街%'"), 'day', true, 'a day has')
await paper(wang, numbered("service = 'ecred'"), 'record', false, 'trouble with a code was not inspected')
await paper(hua, numbered("service = 'request'"), 'reply', false, 'a request that nobody answered')
await paper(shao, numbered("service = 'enforce-meeting' and title = '座谈会'"), 'minutes', false, 'minutes of a meeting to come')
await paper(shao, numbered("service = 'enforce-meeting' and title = '没开成的会'"), 'minutes', false, 'minutes of a meeting that was not held')
await paper(shao, numbered("service = 'enforce-meeting' and title = '座谈会'"), 'sheet', true, 'the sheet for the meeting')
await paper(hua, numbered("service = 'wish'"), 'thanks', false, 'no thanks for what nobody brought')
await paper(hua, numbered("service = 'wish'"), 'slip', true, 'a slip there always is')
await paper(wang, ref, 'score', false, 'nor does a question keep score')
await paper(wang, numbered("service = 'parcel'"), 'receipt', false, 'nothing was packed')
await paper(wang, shown, 'card', true, 'the card of a book that was read')
await paper(wang, waiting, 'card', false, 'no card while one waits')
await paper(feng, numbered("service = 'social' and title like '%待遇申领%'"), 'estimate', true, 'a pension was worked out')
await paper(feng, numbered("service = 'social' and title like '%转移%'"), 'estimate', false, 'a transfer has no pension to work out')
const said = numbered("service = 'enforce' and title = '多讲讲新规定'")
await paper(shao, said, 'reply', true, 'a reply')
says((await shao.get(`/cases/${said}/print/reply`)).text, '今后合并进行', 'and what it says')

// ---- a paper shows repeats as tables, and a result fits a page

const event = numbered("service = 'contest' and title = '党章竞赛'")
await paper(wang, event, 'result', true, 'the result of what was held and signed')
const result = (await wang.get(`/cases/${event}/print/result`)).text
const rows = (html) => [...html.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map((m) => text(m[1]).trim())
check(/^1\. \S+ \d+$/.test(rows(result).find((r) => r.startsWith('1.')) ?? ''), `a team a line: ${JSON.stringify(rows(result))}`)
check(rows(result).includes('环节 队名 原判 改为 理由') && rows(result).includes('抢答题 二队 抢答犯规 答对 录像显示未犯规'), `a reversal in one line: ${JSON.stringify(rows(result))}`)
check(rows(result).length <= 12, 'without every line of the contest')
const day = rows((await hua.get(`/cases/${numbered("service = 'heat' and title not like '%迎宾街%'")}/print/day`)).text)
check(day.includes('班组 开始 结束') && day.includes('一班 06:30 10:30'), `shifts as a table: ${JSON.stringify(day)}`)

// ---- how the server is started is the administrator's to know

const claim = numbered("service = 'social' and title like '%待遇申领%'"), reasons = await page(feng, `/cases/${claim}`, 'zh')
check(/<summary>规则如此判断的依据<\/summary><p class="timeline__note">[^<]*基础养老金加账户除以139/.test(reasons), 'the law is folded below what it came to')
check(reasons.split('规则如此判断的依据').length === 2, 'what three rules said at one moment is one line')
const fillers = (html) => [...html.matchAll(/<input[^>]*name="who\/filled_by"[^>]*>/g)].map((m) => m[0].match(/value="(\w*)"/)[1]).filter((value) => value).join()
const offered = [fillers(await page(guest, '/services/wish/new', 'zh')), fillers(await page(hua, '/services/wish/new', 'zh'))]
check(offered.join(' / ') === 'self,family / self,family,staff', `only an office writes for somebody as an office: ${offered.join(' / ')}`)
const social = numbered("service = 'social'")
says_not(await page(feng, `/cases/${social}/receipt`, 'zh'), '--address', 'a clerk cannot start the server')
says(await page(chief, `/cases/${social}/receipt`, 'zh'), '--address', 'an administrator can')

// ---- walls

const wall = await page(guest, '/services/reading/wall', 'zh')
check(/<label for="o">学校<\/label>/.test(wall) && /<option[^>]*>市第二实验小学</.test(wall) && !/<option[^>]*>东山社区</.test(wall), 'schools under the words of the form')
says(wall, '展示中', 'a note that hangs is on show')
says_not(wall, '办理中', 'and not under way')
check(!/<option[^>]*>市供水公司</.test(wall) && !/<label for="o">/.test(await page(guest, '/services/wish/wall', 'zh')), 'and of them those that have something on the wall')

await server.stop()
total()
