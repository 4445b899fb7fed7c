// fill.js: a service's form while it is being filled in: follow-up questions appear in place, and what was written is
// kept on the device when the network fails, then sent once it returns. Without script the same happens page by page.

const form = document.querySelector('form[data-kept]')
const key = (f) => 'lingban ' + new URL(f.action).pathname
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
      button.disabled = false
    })
    field.after(button, note)
  }
  for (const field of form.querySelectorAll('[data-lingban-locate=load]')) if (!field.value) locate(field)
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
    const focused = document.activeElement?.id
    carryOver(fresh, sent)
    form.replaceChildren(...fresh.childNodes)
    form.action = fresh.getAttribute('action')
    offerPlaces()
    history.replaceState(null, '', answer.url)
    if (focused) document.getElementById(focused)?.focus()
    const notice = page.querySelector('main > .banner')
    if (notice) say(notice.textContent) // why a photo was not taken
  } catch { /* the next page will show it */ }
}

// On the device: words only, no photos. The form's own once-key makes sending twice harmless.
const keep = (body) => {
  const words = [...body].filter(([, value]) => typeof value === 'string')
  try { localStorage.setItem(key(form), JSON.stringify({ action: form.action, words })) } catch { return false }
  return true
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
  localStorage.removeItem(key(form))
  const to = answer.headers.get('X-Location')
  if (to) go(new URL(to, answer.url).href)
  else document.documentElement.innerHTML = await answer.text() // an error page has no address of its own
}
const sendKept = async () => {
  const kept = JSON.parse(localStorage.getItem(key(form)) || 'null')
  if (!kept) return
  const body = new FormData()
  for (const [name, value] of kept.words) body.append(name, value)
  try { await send(kept.action, body) } catch { say(form.dataset.kept) }
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
      if (keep(body)) say(form.dataset.kept)
    }
    delete form.dataset.busy
  })
  addEventListener('online', sendKept)
  if (navigator.onLine) sendKept()
}
