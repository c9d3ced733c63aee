package cli

import (
	"os"
	"path/filepath"
	"strings"
)

// platformFiles returns the address of the working directory at the commit of the pipeline,
// or "" if that is not known.
func platformFiles() string {
	workspace, address := os.Getenv("GITHUB_WORKSPACE"), ""
	repository, commit := os.Getenv("GITHUB_REPOSITORY"), os.Getenv("GITHUB_SHA")
	if server := os.Getenv("GITHUB_SERVER_URL"); server != "" && repository != "" && commit != "" {
		address = server + "/" + repository + "/blob/" + commit
	} else if project, commit := os.Getenv("CI_PROJECT_URL"), os.Getenv("CI_COMMIT_SHA"); project != "" && commit != "" {
		workspace, address = os.Getenv("CI_PROJECT_DIR"), project+"/-/blob/"+commit
	}
	here, err := os.Getwd()
	if address == "" || workspace == "" || err != nil {
		return address
	}
	below, err := filepath.Rel(workspace, here)
	switch below = filepath.ToSlash(below); {
	case err != nil, below == "..", strings.HasPrefix(below, "../"):
		return ""
	case below == ".":
		return address
	}
	return address + "/" + below
}
