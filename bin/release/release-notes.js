// The notes of a release: what changed, and what each system wants before it runs a program from outside.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST, ROOT } from '../bundle/bundle.js';

const INSTALL = `## Install

Each archive holds the one executable, its man pages and the licences. Check it, unpack it, and put the executable where your shell looks:

    sha256sum --check --ignore-missing SHA256SUMS
    tar -xzf tunnelkit-VERSION-linux-x64.tar.gz
    sudo install tunnelkit-VERSION-linux-x64/tunnelkit /usr/local/bin/
    sudo install -m 644 -D -t /usr/local/share/man/man1 tunnelkit-VERSION-linux-x64/man/*.1
    sudo install -m 644 -D -t /usr/local/share/man/man5 tunnelkit-VERSION-linux-x64/man/*.5

**macOS** runs only signed programs, and adding the program to Node's executable made Node's signature invalid. Sign it for your own
machine, and take away the mark of the download:

    codesign --remove-signature tunnelkit
    codesign --sign - tunnelkit
    xattr -d com.apple.quarantine tunnelkit

Whoever hands it to others signs with a Developer ID and has it notarised:

    codesign --sign "Developer ID Application: NAME (TEAM)" --options runtime --entitlements entitlements.plist tunnelkit
    ditto -c -k tunnelkit tunnelkit.zip
    xcrun notarytool submit tunnelkit.zip --keychain-profile PROFILE --wait

V8 compiles at run time: \`entitlements.plist\` must hold \`com.apple.security.cs.allow-jit\` and
\`com.apple.security.cs.allow-unsigned-executable-memory\`, both \`true\`.

**Windows** warns of a program it does not know; \`signtool sign /fd SHA256 tunnelkit.exe\` signs it with your certificate.

Do not \`strip\` the executable: the program inside would be lost, and what remains crashes.
`;

/** The newest section of the changelog, without its heading. */
function newest(changelog) {
  const [, section] = changelog.split(/^## .*$/m);
  return section.trim();
}

export async function releaseNotes() {
  const changes = newest(await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8'));
  return `# TunnelKit ${MANIFEST.version}\n\n${changes}\n\n${INSTALL.replaceAll('VERSION', MANIFEST.version)}`;
}
