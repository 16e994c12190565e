import assert from 'node:assert/strict'
import { startable, type Disk } from '../../../src/core/system/startable.js'

const npm = 'C:\\Users\\maria\\AppData\\Roaming\\npm'
/** As npm writes them, now and formerly. */
const shim = (target: string, options = ''): string => `@ECHO off\r\nGOTO start\r\n:find_dp0\r\nSET dp0=%~dp0\r\nEXIT /b\r\n:start\r\nSETLOCAL\r\nCALL :find_dp0\r\n\r\nIF EXIST "%dp0%\\node.exe" (\r\n  SET "_prog=%dp0%\\node.exe"\r\n) ELSE (\r\n  SET "_prog=node"\r\n)\r\n\r\nendLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%" ${options} "%dp0%\\${target}" %*\r\n`
const oldShim = '@IF EXIST "%~dp0\\node.exe" (\r\n  "%~dp0\\node.exe"  "%~dp0\\node_modules\\old\\cli.js" %*\r\n) ELSE (\r\n  node  "%~dp0\\node_modules\\old\\cli.js" %*\r\n)'
const files: Record<string, string> = {
  [`${npm}\\claude.cmd`]: shim('node_modules\\@anthropic-ai\\claude-code\\cli.js'),
  [`${npm}\\gemini.cmd`]: shim('node_modules\\gemini\\bin\\gemini', '--no-warnings=DEP0040'),
  [`${npm}\\native.cmd`]: '@ECHO off\r\n"%dp0%\\node_modules\\native\\bin\\native.exe"   %*\r\n',
  [`${npm}\\old.cmd`]: oldShim,
  'C:\\own\\node.exe': '', 'C:\\own\\old.cmd': oldShim,
  'C:\\Python\\python.exe': '',
  'C:\\work\\build tools\\make it.bat': '@echo off\r\necho %*\r\n',
  'C:\\work\\git.exe': 'not to be taken',
}
const disk: Disk = { isFile: (path) => path in files, read: (path) => files[path] ?? assert.fail(path) }
const env = { Path: `${npm};C:\\Python;relative;C:\\own`, PATHEXT: '.COM;.EXE;.BAT;.CMD;.VBS', comspec: 'C:\\Windows\\system32\\cmd.exe' }
const on = (...argv: string[]): unknown => startable(argv, 'C:\\work', env, 'win32', disk)

describe('a program that is to be started', () => {
  it('is started as it is written where the system does so itself', () => {
    assert.deepEqual(startable(['claude', '-p', 'a "b" %c%'], '/work', {}, 'linux', disk), { program: 'claude', args: ['-p', 'a "b" %c%'], options: {} })
  })

  it('is on Windows found on the PATH, and never in the folder it is started in', () => {
    assert.deepEqual(on('python', 'sweep.py'), { program: 'C:\\Python\\python.exe', args: ['sweep.py'], options: {} })
    assert.deepEqual(on('PYTHON.EXE'), { program: 'PYTHON.EXE', args: [], options: {} })
    assert.deepEqual(on('git', 'status'), { program: 'git', args: ['status'], options: {} })
    assert.deepEqual(on('.\\git'), { program: 'C:\\work\\git.exe', args: [], options: {} })
    assert.deepEqual(on('nowhere'), { program: 'nowhere', args: [], options: {} })
  })

  it('is what a command file of npm hands over to, with any argument as it is', () => {
    const brief = 'Fix "it" & del %PATH%\nand ^go!'
    assert.deepEqual(on('claude', '-p', brief), { program: 'node', args: [`${npm}\\node_modules\\@anthropic-ai\\claude-code\\cli.js`, '-p', brief], options: {} })
    assert.deepEqual(on('gemini', brief), { program: 'node', args: ['--no-warnings=DEP0040', `${npm}\\node_modules\\gemini\\bin\\gemini`, brief], options: {} })
    assert.deepEqual(on('native', brief), { program: `${npm}\\node_modules\\native\\bin\\native.exe`, args: [brief], options: {} })
    assert.deepEqual(on('old', brief), { program: 'node', args: [`${npm}\\node_modules\\old\\cli.js`, brief], options: {} })
    assert.deepEqual(on('C:/own/old', 'x'), { program: 'C:\\own\\node.exe', args: ['C:\\own\\node_modules\\old\\cli.js', 'x'], options: {} })
  })

  it('goes through cmd.exe where it is another command file, but not with what that would read as its own', () => {
    assert.deepEqual(on('build tools/make it', 'a & b', 'c\\'), {
      program: 'C:\\Windows\\system32\\cmd.exe',
      args: ['/d', '/s', '/v:off', '/c', '""C:\\work\\build tools\\make it.bat" "a & b" "c\\\\""'],
      options: { windowsVerbatimArguments: true },
    })
    for (const unsafe of ['say "hi"', '%PATH%', 'a\nb', 'a\rb', 'really!']) assert.throws(() => on('build tools/make it', unsafe), { code: 'INVALID_INPUT' }, unsafe)
  })
})
