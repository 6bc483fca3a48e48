// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keptFocus } from './focus'

let stop = () => {}
beforeEach(() => {
  // jsdom lays nothing out: what is in a closed dialog is not seen.
  HTMLElement.prototype.checkVisibility = function () {
    return this.isConnected && !this.closest('dialog:not([open])')
  }
  document.body.innerHTML = `
    <main tabindex="-1">
      <section aria-label="board">
        <article aria-label="one"><button id="a"></button></article>
        <article aria-label="two"><button id="b"></button></article>
      </section>
      <dialog open><button id="d"></button></dialog>
    </main>`
  stop = keptFocus(document)
})
afterEach(() => {
  stop()
  document.body.innerHTML = ''
})

const one = (at: string) => document.querySelector<HTMLElement>(at)!
const settled = () => new Promise((resolve) => setTimeout(resolve))
const on = () => document.activeElement?.id || document.activeElement?.ariaLabel || document.activeElement?.tagName

test('what goes leaves the keyboard to the nearest part that stays', async () => {
  one('#a').focus()
  one('#a').remove()
  await settled()
  expect(on()).toBe('one')
  one('article').remove()
  await settled()
  expect(on()).toBe('board')
})

test('what is moved keeps the keyboard', async () => {
  one('#a').focus()
  one('section').append(one('article'))
  await settled()
  expect(on()).toBe('a')
})

test('what cannot be used for a while has the keyboard again when it can', async () => {
  one('#b').focus()
  one('#b').setAttribute('disabled', '')
  await settled()
  expect(on()).toBe('two')
  one('#b').removeAttribute('disabled')
  await settled()
  expect(on()).toBe('b')
})

test('what somebody went on to keeps the keyboard', async () => {
  one('#b').focus()
  one('#b').setAttribute('disabled', '')
  await settled()
  one('#a').focus()
  one('#b').removeAttribute('disabled')
  await settled()
  expect(on()).toBe('a')
})

test('what somebody left by the pointer or by its own will is left', async () => {
  one('#a').focus()
  one('#a').blur()
  one('#b').remove()
  await settled()
  expect(on()).toBe('BODY')
  one('#a').focus()
  document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }))
  one('#a').remove()
  await settled()
  expect(on()).toBe('BODY')
})

test('a dialog that closes leaves the keyboard outside of it', async () => {
  one('#d').focus()
  one('#d').blur() // as a browser does where what opened it is gone
  one('dialog').removeAttribute('open')
  await settled()
  expect(on()).toBe('MAIN')
})
