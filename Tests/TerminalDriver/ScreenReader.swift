internal import CNcurses
import Foundation

/// A terminal as a value: bytes in, a screen out. It knows the sequences that ncurses writes for the terminals we are tested
/// on, and takes down whatever else comes: what is in ``foreign`` no terminal should have been sent.
public struct ScreenReader: Sendable {
    public private(set) var columns: Int
    public private(set) var rows: Int
    /// What is not known to be ncurses', in words: control characters, sequences, invisible characters.
    public private(set) var foreign: [String] = []
    /// Sequences for the terminal beside the screen, such as `52;c;…`, without what begins and ends them.
    public private(set) var strings: [String] = []
    /// Private modes that are on, by number: 1049 the other screen, 2004 pastes in brackets, 1000 the mouse.
    public private(set) var modes: Set<Int> = [25]
    public private(set) var isKeypadOn = false
    /// The level of xterm's `modifyOtherKeys`; 0 is off.
    public private(set) var modifyOtherKeys = 0
    /// The flags of kitty's keyboard protocol, which each of the two screens has for itself; by whether it is the
    /// other one.
    public private(set) var kittyFlags: [Bool: Int] = [:]
    /// Whether letters are shown as lines.
    public private(set) var isGraphic = false
    public private(set) var bells = 0
    public private(set) var cursor = (x: 0, y: 0)

    private let isUTF8: Bool
    private var grid: [[String]]
    private var style = ""
    private var margins: ClosedRange<Int>
    private var saved = (x: 0, y: 0)
    private var wraps = false
    private var inserts = false
    private var last = " "
    private var state = State.ground
    private var bytes: [UInt8] = []

    private enum State { case ground, escape, sequence, string, stringEscape, charset, scalar }

    public init(columns: Int, rows: Int, isUTF8: Bool = true) {
        self.columns = columns
        self.rows = rows
        self.isUTF8 = isUTF8
        grid = Array(repeating: Array(repeating: " ", count: columns), count: rows)
        margins = 0...max(0, rows - 1)
    }

    // MARK: Looking

    /// The rows, blanks at the end kept.
    public var lines: [String] { grid.map { $0.joined() } }
    /// The cells of a row; the right half of a wide character is empty.
    public func cells(_ row: Int) -> [String] { grid.indices.contains(row) ? grid[row] : [] }
    /// The rows without blanks at their ends.
    public var text: String {
        lines.map { line in
            var line = Substring(line)
            while line.hasSuffix(" ") { line.removeLast() }
            return String(line)
        }.joined(separator: "\n")
    }

    public func line(holding text: String) -> String? { lines.first { $0.contains(text) } }

    /// Whether nothing of a program's modes is left.
    public var isAsBefore: Bool {
        modes == [25] && !isKeypadOn && hasPlainKeys && !isGraphic && !inserts && style.isEmpty
            && margins == 0...max(0, rows - 1)
    }

    /// Whether keys are sent as they were before there were protocols for them.
    public var hasPlainKeys: Bool { modifyOtherKeys == 0 && kittyFlags.values.allSatisfy { $0 == 0 } }

    /// What is left of a program's modes, in words.
    public var remains: String {
        "modes \(modes.sorted()), keypad \(isKeypadOn), keys \(modifyOtherKeys) \(kittyFlags), "
            + "lines \(isGraphic), insert \(inserts), style “\(style)”, margins \(margins)"
    }

    // MARK: Reading

    public mutating func resize(columns: Int, rows: Int) {
        grid = grid.prefix(rows).map { row in
            Array(row.prefix(columns)) + Array(repeating: " ", count: max(0, columns - row.count))
        }
        while grid.count < rows { grid.append(Array(repeating: " ", count: columns)) }
        (self.columns, self.rows) = (columns, rows)
        margins = 0...max(0, rows - 1)
        cursor = (min(cursor.x, max(0, columns - 1)), min(cursor.y, max(0, rows - 1)))
        wraps = false
    }

    public mutating func feed(_ input: some Sequence<UInt8>) { for byte in input { take(byte) } }

    private mutating func take(_ byte: UInt8) {
        switch state {
        case .ground: ground(byte)
        case .scalar:
            guard byte & 0xC0 == 0x80 else {
                note("a character that is torn: \(hex(bytes))")
                state = .ground
                return ground(byte)
            }
            bytes.append(byte)
            if bytes.count == length(bytes[0]) {
                state = .ground
                if let text = String(validating: bytes, as: UTF8.self) {
                    print(text)
                } else {
                    note("no UTF-8: \(hex(bytes))")
                }
            }
        case .escape: escape(byte)
        case .charset:
            isGraphic = byte == UInt8(ascii: "0")
            if !"0BAU".utf8.contains(byte) { note("a charset \(hex([byte]))") }
            state = .ground
        case .sequence:
            bytes.append(byte)
            if (0x40...0x7E).contains(byte) {
                state = .ground
                sequence(bytes)
            } else if byte < 0x20 || byte > 0x7E || bytes.count > 64 {
                note("a sequence that is torn: \(hex(bytes))")
                state = .ground
            }
        case .string:
            if byte == 7 { endString() } else if byte == 0x1B { state = .stringEscape } else { bytes.append(byte) }
        case .stringEscape:
            if byte == UInt8(ascii: "\\") {
                endString()
            } else {
                bytes += [0x1B, byte]
                state = .string
            }
        }
    }

    private mutating func ground(_ byte: UInt8) {
        switch byte {
        // Padding.
        case 0: break
        case 7: bells += 1
        case 8: move(x: cursor.x - 1)
        case 9: move(x: min(columns - 1, (cursor.x / 8 + 1) * 8))
        case 10: lineFeed()
        case 13: move(x: 0)
        case 14: isGraphic = true
        case 15: isGraphic = false
        case 0x1B: state = .escape
        case 0x20...0x7E: print(String(Unicode.Scalar(byte)))
        case 0x80... where isUTF8:
            bytes = [byte]
            if length(byte) == 1 { note("the byte \(hex([byte]))") } else { state = .scalar }
        case 0xA0... where !isUTF8: print("¤")
        default: note("the control character \(hex([byte]))")
        }
    }

    private mutating func escape(_ byte: UInt8) {
        state = .ground
        bytes = []
        switch byte {
        case UInt8(ascii: "["): state = .sequence
        case UInt8(ascii: "]"), UInt8(ascii: "P"): state = .string
        case UInt8(ascii: "("), UInt8(ascii: ")"): state = .charset
        case UInt8(ascii: "7"): saved = cursor
        case UInt8(ascii: "8"): move(x: saved.x, y: saved.y)
        case UInt8(ascii: "="): isKeypadOn = true
        case UInt8(ascii: ">"): isKeypadOn = false
        case UInt8(ascii: "M"):
            if cursor.y == margins.lowerBound { scroll(by: -1, in: margins) } else { move(y: cursor.y - 1) }
        // The flash of GNU screen.
        case UInt8(ascii: "g"): bells += 1
        default: note("Esc \(hex([byte]))")
        }
    }

    private mutating func endString() {
        state = .ground
        strings.append(String(decoding: bytes, as: UTF8.self))
    }

    // MARK: Sequences

    private mutating func sequence(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        var body = Substring(text.dropLast())
        let mark = body.first.flatMap { "?>=<".contains($0) ? $0 : nil }
        if mark != nil { body.removeFirst() }
        let numbers = body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard body.allSatisfy({ "0123456789;:".contains($0) }) else { return note("Esc [ \(text)") }
        let first = numbers.first ?? 0
        let count = max(1, first)
        let second = numbers.count > 1 ? numbers[1] : 0
        switch (mark, text.last ?? " ") {
        case (nil, "A"): move(y: max(0, cursor.y - count))
        case (nil, "B"): move(y: cursor.y + count)
        case (nil, "C"): move(x: cursor.x + count)
        case (nil, "D"): move(x: cursor.x - count)
        case (nil, "G"): move(x: count - 1)
        case (nil, "d"): move(y: count - 1)
        case (nil, "H"): move(x: max(1, second) - 1, y: count - 1)
        case (nil, "J"): eraseScreen(first)
        case (nil, "K"): erase(row: cursor.y, from: first == 0 ? cursor.x : 0, to: first == 1 ? cursor.x + 1 : columns)
        case (nil, "X"): erase(row: cursor.y, from: cursor.x, to: cursor.x + count)
        case (nil, "P"): shift(by: -count)
        case (nil, "@"): shift(by: count)
        case (nil, "L"): if margins.contains(cursor.y) { scroll(by: -count, in: cursor.y...margins.upperBound) }
        case (nil, "M"): if margins.contains(cursor.y) { scroll(by: count, in: cursor.y...margins.upperBound) }
        case (nil, "S"): scroll(by: count, in: margins)
        case (nil, "T"): scroll(by: -count, in: margins)
        case (nil, "b"): for _ in 0..<min(count, 1000) { print(last) }
        case (nil, "Z"): move(x: (cursor.x - 1) / 8 * 8)
        case (nil, "m"): style = ["", "0", "39;49", "0;10"].contains(String(body)) ? "" : String(body)
        case (nil, "r"):
            let bottom = min(rows, second == 0 ? rows : second)
            if count <= bottom { margins = count - 1...bottom - 1 }
            move(x: 0, y: 0)
        case (nil, "h") where first == 4: inserts = true
        case (nil, "l") where first == 4: inserts = false
        // The cursor's looks in GNU screen and on the Linux console.
        case (nil, "h") where first == 34, (nil, "l") where first == 34, ("?", "c"): break
        // The window's title is put by and taken up again.
        case (nil, "t") where first == 22 || first == 23: break
        case (">", "m") where first == 4: modifyOtherKeys = second
        case ("=", "u"): kittyFlags[modes.contains(1049)] = first
        case ("?", "h") where Self.known.contains(first), ("?", "l") where Self.known.contains(first):
            for number in numbers { setMode(number, text.last == "h") }
        default: note("Esc [ \(text)")
        }
    }

    private static let known: Set<Int> = [
        1, 5, 7, 12, 25, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1049, 2004, 9001,
    ]

    private mutating func setMode(_ number: Int, _ isOn: Bool) {
        if number == 1049 {
            if isOn { saved = cursor }
            grid = Array(repeating: Array(repeating: " ", count: columns), count: rows)
            if !isOn { move(x: saved.x, y: saved.y) }
        }
        // A blinking cursor, wrapping at the edge: both are how it was.
        if number == 12 || number == 7 { return }
        if isOn { modes.insert(number) } else { modes.remove(number) }
    }

    // MARK: Cells

    private mutating func print(_ text: String) {
        let scalar = text.unicodeScalars.first ?? " "
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            note("the character U+\(String(scalar.value, radix: 16, uppercase: true))")
        default: break
        }
        let width = LibcWidth.of(scalar)
        guard width > 0 else {
            let x = wraps ? cursor.x : max(0, cursor.x - 1)
            if grid.indices.contains(cursor.y), grid[cursor.y].indices.contains(x) { grid[cursor.y][x] += text }
            return
        }
        if wraps {
            wraps = false
            cursor.x = 0
            lineFeed()
        }
        guard grid.indices.contains(cursor.y), cursor.x < columns else { return }
        if inserts { shift(by: width) }
        last = text
        grid[cursor.y][cursor.x] = text
        if width == 2, cursor.x + 1 < columns { grid[cursor.y][cursor.x + 1] = "" }
        if cursor.x + width >= columns {
            cursor.x = columns - 1
            wraps = true
        } else {
            cursor.x += width
        }
    }

    private mutating func move(x: Int? = nil, y: Int? = nil) {
        wraps = false
        cursor = (min(max(0, x ?? cursor.x), max(0, columns - 1)), min(max(0, y ?? cursor.y), max(0, rows - 1)))
    }

    private mutating func lineFeed() {
        if cursor.y == margins.upperBound { scroll(by: 1, in: margins) } else { move(y: cursor.y + 1) }
    }

    /// Moves the rows of an area up, or down for a negative count.
    private mutating func scroll(by count: Int, in area: ClosedRange<Int>) {
        guard grid.indices.contains(area.upperBound) else { return }
        let blank = Array(repeating: " ", count: columns)
        for _ in 0..<min(abs(count), area.count) {
            if count > 0 {
                grid.remove(at: area.lowerBound)
                grid.insert(blank, at: area.upperBound)
            } else {
                grid.remove(at: area.upperBound)
                grid.insert(blank, at: area.lowerBound)
            }
        }
    }

    /// Moves what is right of the cursor to the right, or to the left for a negative count.
    private mutating func shift(by count: Int) {
        guard grid.indices.contains(cursor.y) else { return }
        var row = grid[cursor.y]
        for _ in 0..<min(abs(count), max(0, columns - cursor.x)) {
            if count > 0 {
                row.insert(" ", at: cursor.x)
                row.removeLast()
            } else {
                row.remove(at: cursor.x)
                row.append(" ")
            }
        }
        grid[cursor.y] = row
    }

    private mutating func erase(row: Int, from: Int, to: Int) {
        guard grid.indices.contains(row) else { return }
        for x in max(0, from)..<max(max(0, from), min(to, columns)) { grid[row][x] = " " }
    }

    private mutating func eraseScreen(_ what: Int) {
        for row in 0..<rows {
            if what == 2 || (what == 0 && row > cursor.y) || (what == 1 && row < cursor.y) {
                erase(row: row, from: 0, to: columns)
            }
        }
        if what == 0 { erase(row: cursor.y, from: cursor.x, to: columns) }
        if what == 1 { erase(row: cursor.y, from: 0, to: cursor.x + 1) }
    }

    // MARK: Small things

    private mutating func note(_ what: String) { if foreign.count < 100 { foreign.append(what) } }

    private func hex(_ bytes: [UInt8]) -> String { bytes.map { String($0, radix: 16) }.joined(separator: " ") }

    private func length(_ byte: UInt8) -> Int {
        switch byte {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }
}

/// Widths by libc and in UTF-8, whatever the locale of the tests: not by our own table, which is among what is tested.
private enum LibcWidth {
    /// A `locale_t`, which is made once and which libc does not change.
    private static let locale = UInt(bitPattern: newlocale(LC_CTYPE_MASK, "C.UTF-8", nil))

    static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        let before = uselocale(locale_t(bitPattern: locale))
        defer { _ = uselocale(before) }
        return max(0, Int(terminal_libc_width(scalar.value)))
    }
}
