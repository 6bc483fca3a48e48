import { mount } from 'svelte'
import './style/tokens.css'
import './style/base.css'
import Studio from './Studio.svelte'
import { letters } from './state/letters'

const place = document.getElementById('studio')
if (!place) throw new Error('index.html has no #studio')
mount(Studio, { target: place })
letters()
