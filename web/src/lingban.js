// lingban.js: small conveniences. Every page works without it.
import './fill.js'

// A form is sent once: the second click of an impatient finger does nothing. (The server would recognise it anyway.)
document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.method !== 'post') return
  if (form.dataset.sent) {
    event.preventDefault()
    return
  }
  form.dataset.sent = '1'
  setTimeout(() => delete form.dataset.sent, 8000)
})

// data-print: prints; data-copy="text": copies and says so in data-done.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-print],[data-copy]')
  if (!button) return
  if ('print' in button.dataset) {
    event.preventDefault()
    window.print()
  } else if (navigator.clipboard) {
    event.preventDefault()
    navigator.clipboard.writeText(button.dataset.copy).then(() => {
      button.textContent = button.dataset.done
    })
  }
})

// data-auto: a select that sends its form when changed; the button beside it stays for those without script.
document.addEventListener('change', (event) => {
  if ('auto' in event.target.dataset) event.target.form.requestSubmit()
  const all = event.target.dataset.all
  if (all) for (const box of document.querySelectorAll(`input[name="${all}"]`)) box.checked = event.target.checked
})

// data-count: how many characters are left.
for (const field of document.querySelectorAll('[data-count]')) {
  const limit = +field.dataset.count
  const note = document.getElementById(`${field.id}-count`)
  const show = () => { note.textContent = `${[...field.value].length} / ${limit}` }
  if (note) {
    field.addEventListener('input', show)
    show()
  }
}

// data-if="field=value": shows a follow-up question only for that answer. The server decides again when the form arrives.
const followUps = [...document.querySelectorAll('[data-if]')]
const answers = (form, name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
  .filter((f) => (f.type !== 'radio' && f.type !== 'checkbox') || f.checked).map((f) => f.value)
const showFollowUps = () => {
  for (const block of followUps) {
    const [name, value] = block.dataset.if.split('=')
    block.hidden = !answers(block.closest('form'), name).includes(value)
  }
}
if (followUps.length) {
  document.addEventListener('change', showFollowUps)
  showFollowUps()
}

// An error summary takes the focus, so a screen reader begins there.
document.querySelector('.govuk-error-summary')?.focus()

// A picture of a process shows first where the case stands, once it is unfolded.
const showHere = (box) => {
  const here = box.querySelector('.is-here, .is-overdue')?.getBoundingClientRect(), frame = box.getBoundingClientRect()
  if (here) box.scrollBy(here.left - frame.left - (frame.width - here.width) / 2, here.top - frame.top - (frame.height - here.height) / 2)
}
for (const box of document.querySelectorAll('.picture')) {
  showHere(box)
  box.closest('details')?.addEventListener('toggle', () => showHere(box), { once: true })
}

// data-live="address": a board that is told about changes, and asks again by itself should the line drop.
const live = document.querySelector('[data-live]')
if (live && window.EventSource) {
  new EventSource(live.dataset.live).addEventListener('change', () => location.reload())
}
