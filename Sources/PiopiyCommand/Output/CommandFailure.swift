import Campaigns
import Console

/// An error that ends a command: its words go to standard error.
struct CommandFailure: Error {
    let status: ExitStatus
    let message: String

    /// Standard output takes no more: a full disk, or a reader that has gone.
    static let outputLost = CommandFailure(status: .outputLost, message: "The result could not be written.")
}

extension CommandFailure {
    /// The words and the exit status of any error. An error that is not listed here is a matter of the set-up: the
    /// journal, a port, a file.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as CampaignError: self.init(status: .invalid, message: "\(error).")
        case let error as ThemeError: self.init(status: .invalid, message: "\(error)")
        case let error as ByteSource.Failure: self.init(status: .invalid, message: error.message)
        default: self.init(status: .badConfiguration, message: "\(error)")
        }
    }
}
