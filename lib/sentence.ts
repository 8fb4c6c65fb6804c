/** A command or a variable to paste at the end of a message: a full stop would become a part of it. */
const PASTED =
  /(?:: (?:make [a-z-]+(?: [A-Z]+=.*)?|(?:pulumi|git|cp|mv|rm|mkdir|chmod|ls|npm|docker|kubectl|export) .*|[A-Z]+=\S+)|https?:\/\/\S+)$/;

/** What ends a sentence, a question, or the head of a list; a closing mark may follow. */
const ENDED = /[.…?!:][”"')\]}`]?$/;

/**
 * A message that ends with a full stop, unless it ends with what can be pasted. One of several lines stands as it is:
 * it ends with a list, an example, or the words of a tool.
 */
export function sentence(text: string): string {
  return text === '' || text.includes('\n') || ENDED.test(text) || PASTED.test(text) ? text : `${text}.`;
}
