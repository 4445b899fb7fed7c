// look.mjs: every page given, at phone and desk width, in both languages, through axe-core and into pictures.
// Usage: node look.mjs ADDRESS FOLDER PATH …
import { House, sizes } from './house.mjs'

const [address, pictures, ...paths] = process.argv.slice(2)
const house = await House.open({ address, pictures })
for (const size of Object.keys(sizes)) {
  for (const language of ['zh', 'en']) {
    const page = await house.page(size, language)
    for (const path of paths) {
      await house.visit(page, path)
      await house.look(page, path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home')
    }
    await page.context().close()
  }
}
await house.close()
process.exit(house.total())
