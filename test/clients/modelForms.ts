import { eventStream, freshId, textOf, type Form, type Turn } from './modelApi.js'

/** Anthropic's Messages API, as Claude Code speaks it. */
export const messagesForm: Form = {
  path: /\/v1\/messages(\?|$)/,
  offersTools: (body) => ((body as { tools?: object[] }).tools?.length ?? 0) > 0,
  said: (body) => (body as { messages: { role: string; content: unknown }[] }).messages.map(({ role, content }) => ({ byModel: role === 'assistant', text: textOf(content) })),
  isStream: (body) => (body as { stream?: boolean }).stream === true,
  whole: (turn) => ({ ...messageOf(turn), content: [blockOf(turn)], stop_reason: stopOf(turn) }),
  stream(turn) {
    const [block, delta] = 'tool' in turn
      ? [{ ...blockOf(turn), input: {} }, { type: 'input_json_delta', partial_json: JSON.stringify(turn.input) }]
      : [{ type: 'text', text: '' }, { type: 'text_delta', text: turn.text }]
    return eventStream(
      { type: 'message_start', message: messageOf(turn) },
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: stopOf(turn), stop_sequence: null }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    )
  },
}

const stopOf = (turn: Turn): string => ('tool' in turn ? 'tool_use' : 'end_turn')
const blockOf = (turn: Turn): object => ('tool' in turn ? { type: 'tool_use', id: `toolu_${freshId()}`, name: turn.tool, input: turn.input } : { type: 'text', text: turn.text })
const messageOf = (turn: Turn): object => ({ id: `msg_${stopOf(turn)}`, type: 'message', role: 'assistant', model: 'stand-in', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: turn.tokens ?? 1, output_tokens: 1 } })

/** OpenAI's Responses API, as Codex speaks it; a tool whose input is a text is one of its free form. */
export const responsesForm: Form = {
  path: /\/responses(\?|$)/,
  offersTools: (body) => ((body as { tools?: object[] }).tools?.length ?? 0) > 0,
  said: (body) => (body as { input: { type: string; role?: string }[] }).input.map((item) => ({ byModel: item.role === 'assistant' || /_call$/.test(item.type), text: textOf(item) })),
  isStream: () => true,
  whole: () => ({}),
  stream(turn) {
    const id = freshId()
    const item = 'text' in turn
      ? { type: 'message', id: `msg_${id}`, role: 'assistant', content: [{ type: 'output_text', text: turn.text, annotations: [] }] }
      : typeof turn.input === 'string'
        ? { type: 'custom_tool_call', id: `ctc_${id}`, call_id: `call_${id}`, name: turn.tool, input: turn.input, status: 'completed' }
        : { type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, name: turn.tool, arguments: JSON.stringify(turn.input), status: 'completed' }
    const usage = { input_tokens: turn.tokens ?? 1, input_tokens_details: null, output_tokens: 1, output_tokens_details: null, total_tokens: (turn.tokens ?? 1) + 1 }
    return eventStream(
      { type: 'response.created', response: { id: `resp_${id}` } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { id: `resp_${id}`, output: [item], usage } },
    )
  },
}

/** Google's API, as Gemini CLI speaks it. */
export const geminiForm: Form = {
  path: /:(stream)?[gG]enerateContent(\?|$)/,
  offersTools: (body) => ((body as { tools?: { functionDeclarations?: object[] }[] }).tools ?? []).some(({ functionDeclarations = [] }) => functionDeclarations.length > 0),
  said: (body) => (body as { contents: { role: string; parts: { text?: string; functionResponse?: { response: object } }[] }[] }).contents.map(({ role, parts }) => ({
    byModel: role === 'model', text: parts.map(({ text, functionResponse }) => text ?? JSON.stringify(functionResponse?.response ?? '')).join('\n'),
  })),
  isStream: (_body, url) => /:stream/.test(url),
  whole: candidateOf,
  stream: (turn) => `data: ${JSON.stringify(candidateOf(turn))}\n\n`,
}

function candidateOf(turn: Turn): object {
  const part = 'tool' in turn ? { functionCall: { id: freshId(), name: turn.tool, args: turn.input } } : { text: turn.text }
  return { candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: turn.tokens ?? 1, candidatesTokenCount: 1, totalTokenCount: (turn.tokens ?? 1) + 1 } }
}
