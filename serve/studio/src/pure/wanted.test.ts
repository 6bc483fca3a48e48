import { expect, test } from 'vitest'
import { en } from '../words/en'
import { ko } from '../words/ko'
import { wantedOf } from './wanted'

test.each([
  ['required', '꼭 적어 주세요', 'required'],
  ['at most 60 characters', '60자까지', 'at most 60 characters'],
  ['at least 1 characters', '1자 이상', 'at least 1 character'],
  ['at most 5 items', '5개까지', 'at most 5 items'],
  ['greater than or equal to 5', '5 이상', 'at least 5'],
  ['less than or equal to 120', '120 이하', 'at most 120'],
  ['a thing that nobody foresaw', 'a thing that nobody foresaw', 'a thing that nobody foresaw'],
])('%s is said in the language of the page', (wanted, korean, english) => {
  const errors = [{ field: 'brief.tone', wanted }]
  expect([ko, en].map((words) => wantedOf(errors, 'tone', words.wanted))).toEqual([korean, english])
})

test('what is wrong in a part of a field stands at the field, and at no other one', () => {
  const errors = [{ field: 'brief.ideas[2].text', wanted: 'required' }]
  expect(['ideas', 'idea', 'tone'].map((field) => wantedOf(errors, field, ko.wanted))).toEqual(['꼭 적어 주세요', '', ''])
})
