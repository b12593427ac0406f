/** No more than so many characters of a text, none of them half of a surrogate pair: such a half can be neither sent nor stored. */
export const shorten = (text: string, max: number): string => text.slice(0, max).toWellFormed()
