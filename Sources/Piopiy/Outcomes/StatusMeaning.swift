/// The meaning of an HTTP status, by one question: **can the platform have acted?** The article "Placing calls safely"
/// has the same rows as a table, and a test compares the two.
///
/// A proxy, a cache or a load balancer may have spoken in the platform's place, also after the platform had the request.
/// So only a status that nobody sends after the request was passed on says that the platform did not act.
enum StatusMeaning: Hashable, Sendable {
    /// 2xx: taken, unless the body says otherwise.
    case taken
    /// 429: whoever counts requests does so before it acts.
    case comeAgain
    /// Any other 4xx: the platform says that it did not act.
    case refused
    /// Everything else. A 408, a 499 or a 5xx is also said when the answer of somebody further on was late; a redirect
    /// may come after the deed, and following it would send a placement twice.
    case open

    /// - Parameter status: any number; one that is not a status is ``open``.
    init(_ status: Int) {
        self =
            switch status {
            case 200..<300: .taken
            case 408, 499: .open
            case 429: .comeAgain
            case 400..<500: .refused
            default: .open
            }
    }
}
