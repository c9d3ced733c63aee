package evaluate_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

// The process of a Supervisor is a program that calls Serve with its standard
// streams. Here it is this one, with another environment.
func ExampleSupervisor_Run() {
	s := evaluate.Supervisor{Timeout: time.Minute, Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "KUNIQ_TEST_EVALUATOR=works")
		return cmd
	}}
	r := evaluate.Request{MaxStack: 500}
	service := "{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }"
	if err := r.Read(evaluate.Arguments{Code: true, Programs: []string{"[" + service + ", " + service + "]"}}); err != nil {
		fmt.Println(err)
		return
	}
	result, err := s.Run(context.Background(), r)
	fmt.Println(err, result.Report.Objects)
	for _, d := range result.Report.Diagnostics {
		fmt.Println(d.ID, d.Rule)
	}
	// Output:
	// <nil> 2
	// Service web identical-object
}
