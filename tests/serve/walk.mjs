// walk.mjs: what the walks over every address share: the list of `lingban routes`, addresses out of patterns, texts out of
// workbooks, a photo that says where it was taken, and a sink that stands in for the SMS gateway.
import http from 'node:http'
import { inflateRawSync } from 'node:zlib'
import { ask, run } from './server.mjs'

// [{ method, pattern, who }] as the program lists them.
export function routes() {
  return run(['routes']).out.split('\n').map((line) => line.match(/^(GET|POST)\s+(\S+)\s+(\S+)/)).filter(Boolean)
    .map(([, method, pattern, who]) => ({ method, pattern, who }))
}

// Every address of a pattern: `values` says what may stand for each {name}, given what was chosen before it.
export function addresses(pattern, values) {
  let made = [{ text: '', chosen: {} }]
  for (const piece of pattern.split(/(\{\w+\})/)) {
    const name = piece.match(/^\{(\w+)\}$/)?.[1]
    made = made.flatMap(({ text, chosen }) => !name ? [{ text: text + piece, chosen }]
      : (values[name]?.(chosen) ?? []).map((v) => ({ text: text + v, chosen: { ...chosen, [name]: v } })))
  }
  return made.map((m) => m.text)
}

// What stands in a data folder, for the {names} of patterns.
export function standing(folder) {
  const column = (sql) => ask(folder, sql).map(([v]) => v)
  const entries = ask(folder, "select service, register, id from entity")
  return {
    service: () => column('select distinct service from service_version'),
    ref: () => column('select reference from cases order by id'),
    id: () => column('select id from task order by id'),
    account: () => column('select id from account'),
    organisation: () => column('select id from organisation'),
    household: () => column("select id from party where kind = 'household'"),
    activity: () => column('select id from activity'),
    session: ({ activity }) => column(`select id from activity_session where activity = ${Number(activity)}`),
    register: ({ service }) => [...new Set(entries.filter(([s]) => s === service).map(([, r]) => r))],
    entry: ({ service, register }) => entries.filter(([s, r]) => s === service && r === register).map(([, , id]) => id)
  }
}

// The texts of a workbook: every file of the zip archive, unpacked.
export function unzip(bytes) {
  const texts = []
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) {
    const packed = bytes.readUInt16LE(at + 10) === 8, size = bytes.readUInt32LE(at + 20), head = bytes.readUInt32LE(at + 42)
    const from = head + 30 + bytes.readUInt16LE(head + 26) + bytes.readUInt16LE(head + 28)
    const piece = bytes.subarray(from, from + size)
    texts.push(packed ? inflateRawSync(piece).toString('utf8') : piece.toString('utf8'))
  }
  return texts.join('\n')
}

const plainPhoto = Buffer.from(`
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpK
SkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wgARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/9oA
DAMBAAIQAxAAAAGKP//EABcQAAMBAAAAAAAAAAAAAAAAAAABEDH/2gAIAQEAAQUCwcR//8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAgBAwEBPwF//8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAgBAg
EBPwF//8QAGhAAAwEAAwAAAAAAAAAAAAAAAAEhoRFBUf/aAAgBAQAGPwKYi6y9+vgmI//EAB4QAAEFAAIDAAAAAAAAAAAAAAEAESExUUGRobHh/9oACAEBAAE/IQ0BF7fFajg7eEX1DJ0pc5FNe1//
2gAMAwEAAgADAAAAEPP/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oACAEDAQE/EH//xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oACAECAQE/EH//xAAdEAEAAgICAwAAAAAAAAAAAAABESEAQTGBUWFx/9
oACAEBAAE/ECkClCbH1t1kZblCIHweNcYUBCQASJ6U6yYCSQojux1n/9k=`, 'base64')

// A photo of 16 by 16 points with a description in its EXIF block (JEITA CP-3451: tag 0x010e) and a comment.
export function photo(words) {
  const text = Buffer.from(`${words}\0`)
  const tiff = Buffer.alloc(26)
  tiff.write('II*\0', 0, 'latin1')
  tiff.writeUInt32LE(8, 4)
  tiff.writeUInt16LE(1, 8)
  tiff.writeUInt16LE(0x010e, 10)
  tiff.writeUInt16LE(2, 12)
  tiff.writeUInt32LE(text.length, 14)
  tiff.writeUInt32LE(26, 18)
  const segment = (marker, content) => Buffer.concat([Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]), content])
  return Buffer.concat([plainPhoto.subarray(0, 2), segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff, text])), segment(0xfe, text), plainPhoto.subarray(2)])
}

// A form with files as a browser sends it: fields { name: text | { filename, bytes } }.
export function multipart(fields, boundary = 'lingban-walk') {
  const pieces = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const file = value.bytes ? `; filename="${value.filename}"\r\nContent-Type: image/jpeg` : ''
    pieces.push(Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`), value.bytes ?? Buffer.from(String(value)), Buffer.from('\r\n'))
  }
  return { body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]), headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` } }
}

// Takes every message and keeps it: { posts: [{ to, text … }], address, close }.
export function gateway() {
  const sink = { posts: [] }
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => { body += piece })
    request.on('end', () => {
      sink.posts.push(JSON.parse(body))
      response.end('{}')
    })
  })
  sink.close = () => server.close()
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(Object.assign(sink, { address: `http://127.0.0.1:${server.address().port}/` }))))
}
