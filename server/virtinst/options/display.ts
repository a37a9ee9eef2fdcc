import { device, type OptionSpec } from './table.ts'

const graphics = device(
  'graphics',
  'graphics',
  { words: ['type'], groups: ['address'] },
  `
    type                | -                    | code
    port                | @port                | int
    tlsPort             | @tlsPort             | int    | tlsport
    websocket           | @websocket           | int
    listen              | @listen              | text
    keymap              | -                    | code
    password            | @passwd              | text   | passwd
    passwordValidTo     | @passwdValidTo       | text   | passwdValidTo
    connected           | @connected           | text
    defaultMode         | @defaultMode         | text
    listens#.type       | listen#/@type        | text
    listens#.address    | listen#/@address     | text
    listens#.network    | listen#/@network     | text
    listens#.socket     | listen#/@socket      | text
    image.compression   | image/@compression   | text   | image_compression
    streaming.mode      | streaming/@mode      | text   | streaming_mode
    clipboard.copypaste | clipboard/@copypaste | yes/no | clipboard_copypaste
    mouse.mode          | mouse/@mode          | text   | mouse_mode
    filetransfer.enable | filetransfer/@enable | yes/no | filetransfer_enable
    zlib.compression    | zlib/@compression    | text
    gl.enable           | gl/@enable           | yes/no | gl
    gl.rendernode       | gl/@rendernode       | text   | rendernode
`,
)

const video = device(
  'video',
  'video',
  { words: ['model.type'], groups: ['address', 'virtio'] },
  `
    model.type                 | model/@type                 | text or-default | model
    model.acceleration.accel3d | model/acceleration/@accel3d | yes/no          | accel3d
    model.heads                | model/@heads                | int             | heads
    model.ram                  | model/@ram                  | int             | ram
    model.vram                 | model/@vram                 | int             | vram
    model.vram64               | model/@vram64               | int             | vram64
    model.vgamem               | model/@vgamem               | int             | vgamem
    model.blob                 | model/@blob                 | text
`,
)

const input = device(
  'input',
  'input',
  { words: ['type'], groups: ['address', 'virtio'] },
  `
    type              | @type              | text or-default
    bus               | @bus               | text or-default
    model             | @model             | text
    source.evdev      | source/@evdev      | text
    source.dev        | source/@dev        | text
    source.repeat     | source/@repeat     | on/off
    source.grab       | source/@grab       | text
    source.grabToggle | source/@grabToggle | text
`,
)

const sound = device(
  'sound',
  'sound',
  { words: ['model'], groups: ['address'] },
  `
    model        | @model        | text or-default
    audio.id     | audio/@id     | text
    codec#.type  | codec#/@type  | text
    multichannel | @multichannel | text
    streams      | @streams      | text
`,
)

const audio = device(
  'audio',
  'audio',
  { words: [], groups: [] },
  `
    type | @type | text
    id   | @id   | text
`,
)

export const displayOptions: readonly OptionSpec[] = [graphics, video, input, sound, audio]
