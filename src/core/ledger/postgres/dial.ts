import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

/** Asks a PostgreSQL server whether it speaks TLS: a length of 8 and the number 80877103. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const YES = 'S'.charCodeAt(0)

/**
 * A connection to a server on which nothing was said yet, encrypted where it has to be. Nothing goes out in the clear before it
 * is known with whom one speaks: a server that offers no TLS, or whose certificate does not do, is told neither user nor password.
 * @param signal Gives it up.
 * @throws errors of the system and of TLS; `code` NO_TLS, CONNECT_TIMEOUT, CONNECTION_ENDED
 */
export async function dial({ host, port }: { host: string; port: number }, tls: ConnectionOptions | false, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
  const timer = setTimeout(() => socket.destroy(problem('CONNECT_TIMEOUT')), timeoutMs)
  const giveUp = (): void => void socket.destroy(problem('CONNECTION_ENDED'))
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    await first(socket, 'connect')
    if (tls === false || host.startsWith('/')) return socket
    socket.write(TLS_REQUEST)
    const [answer] = (await first(socket, 'data')) as [Buffer]
    if (answer.length !== 1 || answer[0] !== YES) throw problem('NO_TLS')
    // Without `host` a certificate for an address would be compared with nothing.
    const secure = connectTls({ socket, host, ...(isIP(host) === 0 && { servername: host }), ...tls })
    await first(secure, 'secureConnect')
    return secure
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
  }
}

/** What the first such event brings; a connection that ends before it is an error. */
function first(socket: Socket, event: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => settle(() => reject(error))
    const ended = (): void => failed(problem('ECONNRESET'))
    const came = (...values: unknown[]): void => settle(() => resolve(values))
    const settle = (done: () => void): void => {
      socket.off('error', failed).off('close', ended).off(event, came)
      done()
    }
    socket.once('error', failed).once('close', ended).once(event, came)
  })
}

function problem(code: string): Error {
  return Object.assign(new Error(code), { code })
}
