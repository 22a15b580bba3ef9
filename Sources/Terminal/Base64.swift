/// Bytes as text, for the one escape sequence that carries them. Foundation has this too, and is a large thing to load for
/// it.
func base64(_ bytes: some Sequence<UInt8>) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var group: UInt32 = 0
    var count = 0
    func write(_ characters: Int) {
        for place in 0..<4 {
            let index = Int(group >> (18 - 6 * UInt32(place)) & 63)
            text.append(place < characters ? alphabet[index] : UInt8(ascii: "="))
        }
    }
    for byte in bytes {
        group |= UInt32(byte) << (16 - 8 * UInt32(count))
        count += 1
        if count == 3 {
            write(4)
            group = 0
            count = 0
        }
    }
    if count > 0 { write(count + 1) }
    return String(decoding: text, as: UTF8.self)
}
