package mutant

import (
	"slices"
	"strconv"
	"strings"
)

// At alters the values at a path in JSON: names and places separated by "/",
// "*" is each element or attribute, "**" any number of them, none as well:
// "Resources/*/emails/0/value", "**/password". What is not there is not altered.
func At(path string, alter func(any) any) func(any) any {
	steps := strings.Split(path, "/")
	return func(v any) any { return at(v, steps, alter) }
}

func at(v any, steps []string, alter func(any) any) any {
	if len(steps) == 0 || steps[0] == "" {
		return alter(v)
	}
	if steps[0] == "**" {
		return at(below(v, steps, alter), steps[1:], alter)
	}
	switch node := v.(type) {
	case map[string]any:
		for name, value := range node {
			if steps[0] == "*" || strings.EqualFold(name, steps[0]) {
				put(node, name, at(value, steps[1:], alter))
			}
		}
	case []any:
		kept := node[:0]
		for i, value := range node {
			if steps[0] == "*" || steps[0] == strconv.Itoa(i) {
				value = at(value, steps[1:], alter)
			}
			if value != gone {
				kept = append(kept, value)
			}
		}
		return kept
	}
	return v
}

// below alters the values at all depths below v.
func below(v any, steps []string, alter func(any) any) any {
	switch node := v.(type) {
	case map[string]any:
		for name, value := range node {
			node[name] = at(value, steps, alter)
		}
	case []any:
		for i, value := range node {
			node[i] = at(value, steps, alter)
		}
	}
	return v
}

// gone is what alter returns for a value that is taken away.
var gone any = new(int)

func put(node map[string]any, name string, value any) {
	if value == gone {
		delete(node, name)
		return
	}
	node[name] = value
}

// Set gives the values at a path another value.
func Set(path string, value any) Edit {
	return JSON(At(path, func(any) any { return value }))
}

// Add gives the JSON objects at a path one more attribute.
func Add(path, name string, value any) Edit {
	return JSON(At(path, func(v any) any {
		if node, ok := v.(map[string]any); ok {
			node[name] = value
		}
		return v
	}))
}

// Drop takes the values at a path away.
func Drop(path string) Edit {
	return JSON(At(path, func(any) any { return gone }))
}

// AskDrop takes the values at a path of the request away.
func AskDrop(path string) Edit {
	return AskJSON(At(path, func(any) any { return gone }))
}

// Fold writes the text at a path in lower case.
func Fold(path string) Edit {
	return JSON(At(path, func(v any) any {
		if text, ok := v.(string); ok {
			return strings.ToLower(text)
		}
		return v
	}))
}

// Quote writes the values at a path as text: 5 becomes "5", true "True".
func Quote(path string) Edit {
	return JSON(At(path, func(v any) any {
		switch v := v.(type) {
		case bool:
			return strings.ToUpper(strconv.FormatBool(v)[:1]) + strconv.FormatBool(v)[1:]
		case interface{ String() string }:
			return v.String()
		}
		return v
	}))
}

// Reverse turns the lists at a path round.
func Reverse(path string) Edit { return JSON(At(path, reversed)) }

func reversed(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	turned := slices.Clone(list)
	slices.Reverse(turned)
	return turned
}

// Cut leaves the first n elements of the lists at a path of the request.
func Cut(path string, n int) Edit {
	return AskJSON(At(path, func(v any) any {
		if list, ok := v.([]any); ok && len(list) > n {
			return list[:n]
		}
		return v
	}))
}

// AskReverse turns the lists at a path of the request round.
func AskReverse(path string) Edit {
	return AskJSON(At(path, reversed))
}
