import CallBoard
import Journal

/// Whether somebody plays on the sandbox for the first time.
struct FirstTour {
    /// What is in the state directory once the panel of keys was seen.
    let marker: String
    let isDue: Bool

    /// - Parameter journal: the sandbox's, which knows whether anything was ever placed on it.
    init(_ places: FilePlaces, _ journal: SQLiteJournal) async {
        marker = (try? places.makeState()).map { "\($0)/tour-seen" } ?? ""
        if marker.isEmpty || PrivateFile.isThere(marker) {
            isDue = false
            return
        }
        // A journal that cannot be read says so elsewhere; nobody needs a tour on top.
        let placed = try? await journal.calls(CallQuery(limit: 1)).isEmpty
        isDue = placed ?? false
    }

    /// Remembers that it was seen. Where that cannot be written, it is shown once more.
    func wasSeen() {
        guard isDue else { return }
        try? PrivateFile.create(marker, "")
    }
}
