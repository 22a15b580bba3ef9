#!/bin/sh
# Writes what a build is made from as Swift. Without git, or in a folder that git does not know, the commit is empty.
# The file is left alone when it says the same already, so that nothing is compiled for it.
set -eu
package=$1 swiftc=$2 output=$3

# What only looks must not lock the repository of somebody who commits at the same time.
export GIT_OPTIONAL_LOCKS=0
commit='' date='' changed=false
if git -C "$package" ls-files --error-unmatch Package.swift > /dev/null 2>&1; then
    commit=$(git -C "$package" rev-parse --short=7 HEAD 2> /dev/null || true)
    date=$(TZ=UTC0 git -C "$package" log -1 --format=%cd --date=format-local:%Y-%m-%d 2> /dev/null || true)
    if [ -n "$commit" ] && [ -n "$(git -C "$package" status --porcelain -- Package.swift Sources)" ]; then
        changed=true
    fi
fi
version=''
if [ -n "$swiftc" ]; then
    version=$("$swiftc" --version 2> /dev/null | sed -n 's/.*Swift version \([^ )]*\).*/\1/p' | head -n 1)
fi

cat > "$output.new" << END
enum Stamp {
    static let commit = "$commit"
    static let date = "$date"
    static let isChanged = $changed
    static let swift = "$version"
}
END
if cmp -s "$output.new" "$output"; then rm "$output.new"; else mv "$output.new" "$output"; fi
