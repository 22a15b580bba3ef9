/// With it the first ten calls of a sandbox talk for more than 70 s each, so that none ends under a test that a busy
/// machine holds up.
let patientSeed = 4740
