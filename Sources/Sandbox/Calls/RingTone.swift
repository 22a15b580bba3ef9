#if canImport(FoundationEssentials)
import FoundationEssentials
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What every recording of the sandbox has on it: three seconds of a ring tone, as a WAV file (PCM, 16 bits, mono, 8 kHz,
/// which is what telephones have).
enum RingTone {
    static let wav: [UInt8] = make()

    private static let rate = 8000
    private static let seconds = 3

    private static func make() -> [UInt8] {
        let count = rate * seconds
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + count * 2)
        func add(_ text: String) { bytes += Array(text.utf8) }
        func add(_ number: Int, bytes size: Int) {
            for shift in 0..<size { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * shift))) }
        }
        add("RIFF")
        add(36 + count * 2, bytes: 4)
        add("WAVEfmt ")
        add(16, bytes: 4)
        add(1, bytes: 2)
        add(1, bytes: 2)
        add(rate, bytes: 4)
        add(rate * 2, bytes: 4)
        add(2, bytes: 2)
        add(16, bytes: 2)
        add("data")
        add(count * 2, bytes: 4)
        for index in 0..<count {
            let time = Double(index) / Double(rate)
            // The two tones of a ringing line, 440 and 480 Hz, with a pause in the third second.
            let sound = time < 2 ? sin(2 * .pi * 440 * time) + sin(2 * .pi * 480 * time) : 0
            add(Int(sound * 8000), bytes: 2)
        }
        return bytes
    }
}
