// Text that was typed and not sent yet: it survives a reload and a closed tab.

export function kept(name: string): string {
  return localStorage.getItem(`sian-typed-${name}`) ?? ''
}

export function keep(name: string, text: string): void {
  if (text) localStorage.setItem(`sian-typed-${name}`, text)
  else localStorage.removeItem(`sian-typed-${name}`)
}
