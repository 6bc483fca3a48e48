// Light or dark, as the person chose it here; else as their system has it.

class Theme {
  #chosen = $state(localStorage.getItem('sian-theme') ?? '')

  show(): void {
    const root = document.documentElement
    if (this.#chosen) root.dataset.theme = this.#chosen
    else delete root.dataset.theme
  }

  turn(): void {
    const dark = this.#chosen
      ? this.#chosen === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches
    this.#chosen = dark ? 'light' : 'dark'
    localStorage.setItem('sian-theme', this.#chosen)
  }
}

export const theme = new Theme()
