import { svg, type TemplateResult } from 'lit'

/** Drawn as the views' icons in media/ are: on 24 × 24, lines of 1.5. */
const shapes = {
  agents: svg`<circle cx="12" cy="8" r="3.5"/><path d="M5 19a7 7 0 0 1 14 0"/>`,
  robot: svg`<rect x="5" y="8.5" width="14" height="10" rx="2"/><path d="M12 8.5V5M9.5 13v1.5M14.5 13v1.5M2.75 12.5v3M21.25 12.5v3"/>`,
  locks: svg`<rect x="5" y="10.5" width="14" height="9.5" rx="1.5"/><path d="M8.5 10.5V7.5a3.5 3.5 0 0 1 7 0v3"/>`,
  messages: svg`<rect x="3.5" y="5.5" width="17" height="13" rx="1.5"/><path d="m4 7 8 6 8-6"/>`,
  decisions: svg`<circle cx="12" cy="12" r="8.5"/><path d="m8 12.25 2.75 2.75L16 9.5"/>`,
  help: svg`<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.75a2.5 2.5 0 1 1 3.4 2.3c-.6.25-.9.6-.9 1.2v.5M12 16.75v.01"/>`,
  tasks: svg`<path d="m3.75 6.5 1.75 1.75L8.75 5M12 6.75h8.25M3.75 13.5l1.75 1.75L8.75 12M12 13.75h8.25M12 19.5h8.25M4.5 19.5h3"/>`,
  runs: svg`<path d="M9.5 4h5M10.5 4v6l-5 8.5a1 1 0 0 0 .9 1.5h11.2a1 1 0 0 0 .9-1.5l-5-8.5V4M8 15h8"/>`,
  errors: svg`<circle cx="12" cy="12" r="8.5"/><path d="m9 9 6 6M15 9l-6 6"/>`,
  warning: svg`<path d="M12 4 3 19.5h18L12 4ZM12 10v4.5M12 17v.01"/>`,
  waits: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3 2"/>`,
  started: svg`<circle cx="12" cy="12" r="8.5"/><path d="m10 8.5 5 3.5-5 3.5v-7Z"/>`,
  open: svg`<circle cx="12" cy="12" r="8.5"/>`,
  gone: svg`<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>`,
  sent: svg`<path d="M4 12h15M13.5 6.5 19 12l-5.5 5.5"/>`,
  previous: svg`<path d="m15 5-7 7 7 7"/>`,
  next: svg`<path d="m9 5 7 7-7 7"/>`,
  zoomIn: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5M7.5 10.5h6M10.5 7.5v6"/>`,
  zoomOut: svg`<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5M7.5 10.5h6"/>`,
  fit: svg`<path d="M4 7v10M20 7v10M7.5 12h9M10 9.5 7.5 12l2.5 2.5M14 9.5l2.5 2.5-2.5 2.5"/>`,
  live: svg`<circle cx="12" cy="12" r="3"/><path d="M6.5 6.5a7.8 7.8 0 0 0 0 11M17.5 6.5a7.8 7.8 0 0 1 0 11"/>`,
}
export type IconName = keyof typeof shapes

/** @param tone class that gives it its colour; the text's without */
export function icon(name: IconName, tone = ''): TemplateResult {
  return svg`<svg class="icon ${tone}" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${shapes[name]}</svg>` as unknown as TemplateResult
}
