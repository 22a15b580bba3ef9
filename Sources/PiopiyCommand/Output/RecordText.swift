import Piopiy

/// Call records as they are printed.
struct RecordText {
    let format: ListFormat

    private static let table = TextTable(widths: [19, 10, 16, 16, 6, 36])

    /// The first line; `nil` where there is none.
    var header: String? {
        switch format {
        case .text: Self.table.row(["TIME", "STATUS", "FROM", "TO", "TALK", "CALL", "RECORDING"])
        case .json: nil
        case .csv: "call_id,timestamp,caller_id,to_number,status,answer_sec,duration,file_name"
        }
    }

    func line(_ record: CallRecord) -> String {
        switch format {
        case .json:
            return JSONLine.text(record.json)
        case .text:
            return Self.table.row([
                record.at?.localText ?? record.unreadTime ?? "", record.status ?? "", record.callerID ?? "",
                record.toNumber ?? "",
                record.talkSeconds.map { "\(Self.number($0)) s" } ?? "", record.callID.text, record.fileName ?? "",
            ])
        case .csv:
            let cells = [
                record.callID.text, record.at.map { String($0.milliseconds) }, record.callerID, record.toNumber,
                record.status, record.talkSeconds.map { Self.number($0) }, record.seconds.map { Self.number($0) },
                record.fileName,
            ]
            return cells.map { CSV.cell($0 ?? "") }.joined(separator: ",")
        }
    }

    private static func number(_ value: Double) -> String { Int(exactly: value).map { String($0) } ?? String(value) }
}
