const QMP_BRAND = Symbol.for('ballast.libvirt.QmpError')

/** QEMU understood and refused, or answered what is no answer (class `InvalidAnswer`). */
export class QmpError extends Error {
  readonly code = 'qmp'
  /** QEMU's error class: `GenericError`, `CommandNotFound`, `DeviceNotActive`, … */
  readonly errorClass: string

  constructor(errorClass: string, description: string, options?: { cause?: unknown }) {
    super(description, options)
    this.name = 'QmpError'
    this.errorClass = errorClass
    Object.defineProperty(this, QMP_BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && QMP_BRAND in value
  }
}
