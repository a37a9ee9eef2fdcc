'use client'

import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

import { TextField } from '../ui/field.tsx'
import { Kbd } from '../ui/kbd.tsx'

/** Long enough that a fast typist asks once. */
const typingMs = 160

/** A search that follows the typing. `/` jumps into it (see shell/keyboard-help). */
export function SearchField({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string
  placeholder: string
  value: string
  onChange: (value: string) => void
}) {
  const [text, setText] = useState(value)
  const sent = useRef(value)
  useEffect(() => {
    // Changed from outside (back button, "clear"): show that.
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  useEffect(() => {
    if (text === sent.current) return
    const timer = setTimeout(() => {
      sent.current = text
      onChange(text)
    }, typingMs)
    return () => clearTimeout(timer)
  }, [text, onChange])
  return (
    <TextField
      label={label}
      labelHidden
      type="search"
      value={text}
      onChange={setText}
      placeholder={placeholder}
      leading={<Search />}
      trailing={
        text === '' ? (
          <span aria-hidden className="pr-2 max-sm:hidden">
            <Kbd>/</Kbd>
          </span>
        ) : undefined
      }
      autoComplete="off"
      spellCheck={false}
      className="min-w-40 flex-1 sm:max-w-80"
    />
  )
}
