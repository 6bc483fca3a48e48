// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { actOf, SHORTCUTS } from './shortcuts'

const key = (key: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent('keydown', { key, bubbles: true, ...more })

test('a key is known by its place, whatever a Korean layout types there', () => {
  expect(actOf(key('ㅏ', { code: 'KeyK' }))).toBe('turn')
  expect(actOf(key('ㅓ', { code: 'KeyJ' }))).toBe('backward')
})

test('Shift makes ten frames of one, and the command key of a Mac is Ctrl', () => {
  expect(actOf(key('ArrowLeft'))).toBe('frameBack')
  expect(actOf(key('ArrowLeft', { shiftKey: true }))).toBe('tenBack')
  expect(actOf(key('z', { code: 'KeyZ', metaKey: true }))).toBe('undo')
  expect(actOf(key('z', { code: 'KeyZ', ctrlKey: true, shiftKey: true }))).toBe('redo')
  expect(actOf(key('z', { code: 'KeyZ' }))).toBeNull()
  expect(actOf(key('k', { code: 'KeyK', ctrlKey: true }))).toBe('menu')
  expect(actOf(key('l', { code: 'KeyL', ctrlKey: true }))).toBeNull()
})

test.each(['input', 'textarea', 'select'])('no key is taken while typing in a %s', (tag) => {
  const field = document.body.appendChild(document.createElement(tag))
  const heard: unknown[] = []
  field.addEventListener('keydown', (event) => heard.push(actOf(event)))
  field.dispatchEvent(key('k', { code: 'KeyK' }))
  expect(heard).toEqual([null])
})

test('a choice keeps the letters that find in it, and leaves the menu and undo', () => {
  const choice = document.body.appendChild(document.createElement('select'))
  const heard: unknown[] = []
  choice.addEventListener('keydown', (event) => heard.push(actOf(event)))
  choice.dispatchEvent(key('s', { code: 'KeyS' }))
  choice.dispatchEvent(key('k', { code: 'KeyK', ctrlKey: true }))
  choice.dispatchEvent(key('z', { code: 'KeyZ', ctrlKey: true }))
  expect(heard).toEqual([null, 'menu', 'undo'])
})

test('no key is taken while Hangul is composed', () => {
  expect(actOf(key('Process', { code: 'KeyK', isComposing: true }))).toBeNull()
})

test('a focused button keeps the space bar, and leaves the rest', () => {
  const button = document.body.appendChild(document.createElement('button'))
  const heard: unknown[] = []
  button.addEventListener('keydown', (event) => heard.push(actOf(event)))
  button.dispatchEvent(key(' '))
  button.dispatchEvent(key('k', { code: 'KeyK' }))
  expect(heard).toEqual([null, 'turn'])
})

test('a choice of files is a button, and nobody types there', () => {
  const input = document.body.appendChild(document.createElement('input'))
  input.type = 'file'
  const heard: unknown[] = []
  input.addEventListener('keydown', (event) => heard.push(actOf(event)))
  input.dispatchEvent(key('Enter'))
  input.dispatchEvent(key('s', { code: 'KeyS' }))
  expect(heard).toEqual([null, 'safeZone'])
})

test('a bar that is drawn along keeps its arrows, and leaves the letters', () => {
  const input = document.body.appendChild(document.createElement('input'))
  input.type = 'range'
  const heard: unknown[] = []
  input.addEventListener('keydown', (event) => heard.push(actOf(event)))
  input.dispatchEvent(key('ArrowRight'))
  input.dispatchEvent(key('k', { code: 'KeyK' }))
  expect(heard).toEqual([null, 'turn'])
})

test('a focused slider keeps its arrows, and leaves undo', () => {
  const slider = document.body.appendChild(document.createElement('div'))
  slider.setAttribute('role', 'slider')
  const heard: unknown[] = []
  slider.addEventListener('keydown', (event) => heard.push(actOf(event)))
  slider.dispatchEvent(key('ArrowLeft'))
  slider.dispatchEvent(key('z', { code: 'KeyZ', ctrlKey: true }))
  expect(heard).toEqual([null, 'undo'])
})

test('no key means two things', () => {
  const keys = SHORTCUTS.flatMap((one) => one.keys)
  expect(new Set(keys).size).toBe(keys.length)
})
