// fill.js: a service's form while it is being filled in: follow-up questions appear in place, and what was written is
// kept on the device when the network fails, then sent once it returns. Without script the same happens page by page.

const form = document.querySelector('form[data-kept]')
// Whose it is belongs to the name: on a tablet that several people use nobody sends what another wrote.
const key = (f) => `lingban ${document.body.dataset.person || ''} ${new URL(f.action).pathname}`
const say = (text) => {
  let note = form.querySelector('.fill__note')
  if (!note) {
    note = document.createElement('p')
    note.className = 'fill__note banner banner--warning'
    note.setAttribute('role', 'status')
    form.prepend(note)
  }
  note.textContent = text
  note.scrollIntoView({ block: 'center' }) // the button that was pressed is at the other end
}

// In place: the server decides what shows; only the form's inside is exchanged. What was typed or chosen while the answer
// was on its way is carried over, files too.
const state = (field) => field.type === 'file' ? field.files[0] : /radio|checkbox/.test(field.type) ? field.checked : field.value
const carryOver = (fresh, sent) => {
  for (const field of form.elements) {
    const twin = field.id && fresh.querySelector('#' + CSS.escape(field.id))
    if (!twin || !sent.has(field) || state(field) === sent.get(field)) continue
    if (field.type === 'file') twin.replaceWith(field)
    else if (/radio|checkbox/.test(field.type)) twin.checked = field.checked
    else twin.value = field.value
  }
}

// Latitude and longitude are for the device to say: whoever fills in page by page sees the button alone until it did, or cannot.
const showTyped = (field, shown) => {
  field.hidden = !shown
  const hint = field.dataset.lingbanTyped && document.getElementById(field.dataset.lingbanTyped)
  if (hint) hint.hidden = !shown
}
// Where the device is. A question about a place gets a button; fields of setgeopoint are filled when the form is opened, or when
// their question is answered. Fields are looked up when the place arrives: the form may have been exchanged meanwhile.
const here = () => new Promise((found, lost) => {
  if (!navigator.geolocation) return lost()
  navigator.geolocation.getCurrentPosition(({ coords: c }) => found(`${c.latitude} ${c.longitude} ${c.altitude || 0} ${Math.round(c.accuracy)}`), lost,
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 })
})
const locate = async (field) => {
  try {
    const place = await here(), now = form.elements[field.name]
    if (now && !now.value) now.value = place
  } catch { /* it stays empty, as without script */ }
}
const offerPlaces = () => {
  for (const field of form.querySelectorAll('[data-lingban-place]')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'govuk-button govuk-button--secondary govuk-button--small lingban-here'
    button.textContent = field.dataset.lingbanPlace
    const note = document.createElement('span')
    note.className = 'govuk-hint lingban-here__note'
    note.setAttribute('role', 'status')
    button.addEventListener('click', async () => {
      button.disabled = true
      note.textContent = ''
      try {
        const place = await here()
        field.value = field.dataset.lingbanMany && field.value ? `${field.value}; ${place}` : place
        field.dispatchEvent(new Event('change', { bubbles: true }))
      } catch { note.textContent = field.dataset.lingbanLost }
      showTyped(field, true)
      button.disabled = false
    })
    field.after(button, note)
    if (navigator.geolocation && !field.closest('.fill--all') && !field.value && !field.ariaInvalid) showTyped(field, false)
  }
  for (const field of form.querySelectorAll('[data-lingban-locate=load]')) if (!field.value) locate(field)
}

// Whoever goes on by keyboard while the answer is on its way goes on from the same place: a button has a name and a value, no id.
const rememberFocus = () => {
  const at = document.activeElement, caret = at?.selectionStart
  if (!form.contains(at)) return () => {}
  const same = at.id ? '#' + CSS.escape(at.id) : `[name="${CSS.escape(at.name)}"][value="${CSS.escape(at.value)}"]`
  return () => {
    const twin = form.querySelector(same)
    twin?.focus()
    if (caret != null) twin?.setSelectionRange?.(caret, caret)
  }
}

let asking = null
const refresh = async () => {
  const body = new FormData(form)
  body.set('_go', 'stay')
  // A chosen photo goes along: the server keeps it, and the fresh field is empty again.
  for (const [name, value] of [...body]) if (value instanceof File && !value.size) body.delete(name)
  const sent = new Map([...form.elements].map((field) => [field, state(field)]))
  asking?.abort()
  asking = new AbortController()
  try {
    const answer = await fetch(form.action, { method: 'POST', body, signal: asking.signal })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html'), fresh = page.querySelector('form[data-kept]')
    if (!answer.ok || !fresh) return
    const focusAgain = rememberFocus()
    carryOver(fresh, sent)
    form.replaceChildren(...fresh.childNodes)
    const progress = page.querySelector('.progress')
    if (progress) document.querySelector('.progress')?.replaceWith(progress) // an answer may add pages, or settle how many there are
    form.action = fresh.getAttribute('action')
    offerPlaces()
    history.replaceState(null, '', answer.url)
    focusAgain()
    const notice = page.querySelector('main > [data-notice]') // not what the rules say: that stands on the page already
    if (notice) say(notice.textContent) // why a photo was not taken
  } catch { /* the next page will show it */ }
}

// On the device: words only; whether there were photos too. The form's own once-key makes sending twice harmless.
const WEEK = 7 * 86400e3
const keep = (body) => {
  const all = [...body], words = all.filter(([, value]) => typeof value === 'string')
  const files = all.some(([, value]) => value instanceof File && value.size)
  try { localStorage.setItem(key(form), JSON.stringify({ action: form.action, words, files, at: Date.now() })) } catch { return false }
  return true
}
const kept = () => JSON.parse(localStorage.getItem(key(form)) || 'null')
const forgetOld = () => {
  for (const name of Object.keys(localStorage).filter((n) => n.startsWith('lingban '))) {
    if (!(JSON.parse(localStorage.getItem(name)).at > Date.now() - WEEK)) localStorage.removeItem(name)
  }
}
// An address that differs by its #place only would scroll and show the old page.
const go = (address) => {
  const again = address.includes('#') && address.split('#')[0] === location.href.split('#')[0]
  location.assign(address)
  if (again) location.reload()
}
const send = async (action, body) => {
  // A redirect is followed by the browser itself, not by fetch, which would swallow the notice that is shown once.
  const answer = await fetch(action, { method: 'POST', body, headers: { 'X-Follow': 'script' } })
  if (answer.status >= 500 || answer.status === 429) throw new Error('later')
  // The session or the page was too old when the network came back: kept until the page is opened anew, which has a fresh token.
  const stale = waiting && (answer.status === 401 || answer.status === 403)
  if (!stale) localStorage.removeItem(key(form))
  waiting = null
  const to = answer.headers.get('X-Location')
  if (to) go(new URL(to, answer.url).href)
  else document.documentElement.innerHTML = await answer.text() // an error page has no address of its own
}
// While the page is still open its form holds the photos, and what was changed meanwhile; only what was sent for good must be
// sent as it was. After a reload there are the words alone: whoever had chosen a photo sees the page again.
let waiting = null
const sendKept = async () => {
  const stored = kept()
  if (!stored) return
  let body = new FormData()
  if (waiting) {
    body = waiting.value === 'send' ? waiting.body : new FormData(form)
    if (waiting.name) body.set(waiting.name, waiting.value)
  } else {
    for (const [name, value] of stored.words) body.append(name, value)
    body.set('_token', form.elements._token.value)
    if (stored.files) {
      body.set('_go', 'stay')
      sessionStorage.setItem('lingban note', form.dataset.files)
    }
  }
  try { await send(waiting ? form.action : stored.action, body) } catch { say(form.dataset.kept) }
}

if (form && window.fetch) {
  offerPlaces()
  form.addEventListener('change', (event) => {
    const group = event.target.closest('.govuk-form-group')
    for (const field of group?.querySelectorAll('[data-lingban-locate=change]') || []) locate(field)
    if (event.target.closest('[data-lingban-live]')) refresh()
  })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    asking?.abort()
    if (form.dataset.busy) return
    form.dataset.busy = '1'
    const body = new FormData(form, event.submitter)
    if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value)
    try {
      await send(form.action, body)
    } catch {
      waiting = { name: event.submitter?.name, value: event.submitter?.value, body }
      if (keep(body)) say(form.dataset.kept)
    }
    delete form.dataset.busy
  })
  addEventListener('online', sendKept)
  const note = sessionStorage.getItem('lingban note')
  if (note) say(note)
  sessionStorage.removeItem('lingban note')
  forgetOld()
  if (navigator.onLine) sendKept()
}
