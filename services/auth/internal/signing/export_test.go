package signing

var Thumbprint = thumbprint
