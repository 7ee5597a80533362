package target

var FreePorts = freePorts

// NewProcess is one of a program that is no part of a deployment.
func NewProcess(path, address, folder string, args, settings []string) *Process {
	return &Process{Name: "program", Address: address, Log: folder + "/log", path: path, folder: folder, args: args, settings: settings}
}
