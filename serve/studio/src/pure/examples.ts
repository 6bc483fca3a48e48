// Sentences to begin with: everyday briefs, in both languages.
export const examples = {
  ko: [
    '저소음 제습기, 30대 1인 가구, 유머, 15초',
    '빗길에 강한 사계절 타이어, 가족을 태우는 운전자, 긴장에서 안도로, 30초',
    '매운 컵라면, 10대와 20대, B급, 6초 세로',
  ],
  en: [
    'quiet dehumidifier, people living alone in their 30s, funny, 15 s',
    'all-season tyre that grips on wet roads, drivers with families, tense then relieved, 30 s',
    'spicy cup noodles, teenagers, deadpan, 6 s vertical',
  ],
} as const
