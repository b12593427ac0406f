import { type ComponentType, lazy } from 'react'
import { NotLoaded } from '../api/problem.ts'

/** A part of the console that is loaded when it is first shown. */
export const lazily = <Props>(load: () => Promise<{ default: ComponentType<Props> }>) =>
  lazy<ComponentType<Props>>(async () => {
    try {
      return await load()
    } catch (cause) {
      throw new NotLoaded(cause)
    }
  })
