import { duration } from '../../core/state/text.js'

/** `12 min left` or `over since 3 min`, for a time that is or was to come. */
export function left(iso: string, now: number): string {
  const ms = Date.parse(iso) - now
  return ms >= 0 ? `${duration(ms)} left` : `over since ${duration(-ms)}`
}

/** `2 min`, since a time that has been. */
export function since(iso: string, now: number): string {
  return duration(now - Date.parse(iso))
}

/** `2 min ago`. */
export function ago(iso: string, now: number): string {
  return `${since(iso, now)} ago`
}

/** Local time of day: `14:02`; on another day with the date: `2026-03-01 14:02`. */
export function clock(iso: string, now: number): string {
  const at = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return at.toDateString() === new Date(now).toDateString() ? time : `${day} ${time}`
}
