import { Container } from "@mantine/core"
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router"
import { ProblemNotice } from "../ui/problem-notice.tsx"

/** A page that could not be opened, or broke. */
export function PageProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Container size="sm" py="xl">
      <ProblemNotice error={error} onRetry={retry} />
    </Container>
  )
}
