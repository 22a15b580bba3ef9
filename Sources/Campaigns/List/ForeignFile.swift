/// Names files that are not text in UTF-8, by their first bytes, so that the operator learns what to do with them.
enum ForeignFile {
    /// Why a file cannot be a list of comma-separated values, worded to follow its name; `nil` where it may be one.
    static func problem(with bytes: [UInt8]) -> String? {
        let save = "save the sheet as CSV in UTF-8"
        let kinds: [([UInt8], String)] = [
            ([0x50, 0x4B, 0x03, 0x04], "is a workbook (.xlsx, .ods) or another zip archive; \(save)"),
            ([0xD0, 0xCF, 0x11, 0xE0], "is a workbook of an older Excel (.xls); \(save)"),
            ([0xFF, 0xFE, 0x00, 0x00], "is text in UTF-32; \(save)"),
            ([0x00, 0x00, 0xFE, 0xFF], "is text in UTF-32; \(save)"),
            ([0xFF, 0xFE], "is text in UTF-16; \(save)"), ([0xFE, 0xFF], "is text in UTF-16; \(save)"),
            ([0x1F, 0x8B], "is compressed by gzip; unpack it first"),
            (Array("%PDF".utf8), "is a PDF; export the table as CSV in UTF-8"),
            (Array("{\\rtf".utf8), "is a rich text document; \(save)"),
        ]
        if let kind = kinds.first(where: { bytes.starts(with: $0.0) }) { return kind.1 }
        if isMarkup(bytes) {
            return "is a web page or XML, despite its name; open it in a spreadsheet and \(save)"
        }
        return zeros(bytes.prefix(1024), save)
    }

    /// Some programs write a table of HTML and call it a workbook.
    private static func isMarkup(_ bytes: [UInt8]) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let start = bytes.dropFirst(bytes.starts(with: mark) ? 3 : 0).prefix(64).drop { $0 <= 0x20 }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        return ["<?xml", "<!doctype", "<html", "<table", "<meta"].contains { text.hasPrefix($0) }
    }

    /// UTF-16 without a mark has a zero in every other byte of ASCII text. UTF-8 has none.
    private static func zeros(_ bytes: ArraySlice<UInt8>, _ save: String) -> String? {
        guard bytes.contains(0) else { return nil }
        let odd = bytes.indices.count { $0 % 2 == 1 && bytes[$0] == 0 }
        let even = bytes.indices.count { $0 % 2 == 0 && bytes[$0] == 0 }
        let most = max(odd, even)
        if most * 5 >= bytes.count, min(odd, even) * 10 <= most { return "is text in UTF-16; \(save)" }
        return "contains zero bytes, so it is not text; \(save)"
    }
}
